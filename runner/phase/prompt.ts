import type { Diagnosis } from '@specwright/protocol/diagnosis.ts';
import type { Job } from '@specwright/protocol/job.ts';
import type { PhaseJob, PhaseTask } from '@specwright/protocol/phase.ts';
import { tailOf } from '../job/mask.ts';
import type { PhaseCommand } from './commands.ts';

const RULES = `Change files only inside this folder. Do not commit, push, switch branches, merge or rewrite history: what you leave in the files is committed for you.`;
const ASK = `Where the specification leaves open what cannot be changed later, ask a person with the tool that you have for it. All else you choose as fits it best,
and say what you chose. Do not end with a question: nobody sees it there.`;
const ASK_NOBODY = 'Do not ask questions: nobody can answer. Choose what fits the specification best, and say what you chose.';

/** What the agent is told beside its job. */
export interface Told {
  /** The tasks of the batch that are still open. */
  left: PhaseTask[];
  diagnosis: Diagnosis | null;
  /** It has a way to ask, and somebody can answer. */
  mayAsk: boolean;
}

/** What the agent is told in a stage: the repository's own command as it stands, limited by added text alone. */
export function phasePrompt(job: Job, command: PhaseCommand, { left, diagnosis, mayAsk }: Told): string {
  const { phase } = job;
  if (phase === undefined) throw new Error('not a job of a phase');
  const added = [
    `Job: ${job.id}\nChunk: ${job.key}\nRole: executor`,
    ...whereOf(phase),
    ...(phase.batch === null ? [] : [onlyThese(phase, left)]),
    ...(job.kind === 'heal' || job.feedback.length > 0 ? [healing(job, left)] : []),
    ...(diagnosis === null ? [] : [`A look at the failure says (${diagnosis.cause.replace('_', ' ')}): ${diagnosis.advice}`]),
    ...(phase.leftOut?.length && phase.batch === null ? [leaveOut(phase.leftOut)] : []),
    `${RULES}\n${mayAsk ? ASK : ASK_NOBODY}`,
    ...(phase.additionalContext.trim() === '' ? [] : [`Additional context:\n${phase.additionalContext.trim()}`]),
  ].join('\n\n');
  if (command.kind === 'text') return `${added}\n\n${command.text}\n`;
  const body = command.body.replace(/^---\n[\s\S]*?\n---\n/, '').replaceAll('$ARGUMENTS', 'the instructions above');
  return `${added}\n\nCarry out this repository's command /${command.name} (${command.file}) under the instructions above:\n\n${body}\n`;
}

function whereOf({ folder, stage }: PhaseJob): string[] {
  if (folder !== null) return [`The phase is in ${folder === '.' ? 'the top folder' : folder}.`];
  return stage === 'command' ? [] : ['There is no phase folder yet: make one.'];
}

function onlyThese({ batch, taskFile }: PhaseJob, left: PhaseTask[]): string {
  const list = left.map(({ name, title }) => `- ${name} ${title}`).join('\n');
  return `Only the section "${batch?.title}" of ${taskFile ?? 'tasks.md'}, only these tasks:\n${list}\n\nDo no other tasks. Set the box of each of these to [x] in ${taskFile ?? 'tasks.md'} when it is done, and touch no other box.`;
}

function leaveOut(keys: string[]): string {
  return `A person has left these tasks out of this run: ${keys.slice(0, 100).join(', ')}. Do not do them, and leave their boxes as they are.`;
}

/** Everything that the attempt before left to know: its error, what was to be done, what is, what is not, what the checks said. */
function healing(job: Job, left: PhaseTask[]): string {
  const { batch } = job.phase ?? { batch: null };
  const names = (tasks: PhaseTask[]) => tasks.map(({ name }) => name).join(', ') || 'none';
  const open = new Set(left.map(({ key }) => key));
  const done = batch?.tasks.filter(({ key }) => !open.has(key)) ?? [];
  const tried = job.feedback.map((one) => {
    const checks = one.failedChecks.map((check) => `The check \`${check.command}\` failed:\n${tailOf(check.output, 8000)}`);
    return [`Attempt ${one.attempt} (${one.outcome}): ${one.message}`, ...checks].join('\n');
  });
  const tasks =
    batch === null ? [] : [`Tasks attempted: ${names(batch.tasks)}\nCompleted: ${names(done)}\nFailed or remaining: ${names(left)}`];
  return [
    'An attempt before this one failed. Its work is in the files: go on from there, mend what failed, and do only what remains.',
    ...tasks,
    ...tried,
  ].join('\n\n');
}
