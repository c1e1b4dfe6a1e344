import type { PhaseSeen } from '@specwright/protocol/phase.ts';
import type { Verdict } from '@specwright/protocol/verdict.ts';
import { git } from '../git/git.ts';
import { type Ended, endedBy, type JobContext } from '../job/job-context.ts';
import { leftOf } from './execute.ts';
import { look } from './look.ts';
import { type SpecflowStatus, specflowStatus } from './specflow.ts';
import { namesTicked } from './ticked-others.ts';

/**
 * The second half of the double confirmation: the agent ended well, and now the repository must say so. What it says is reported either way; a
 * no is a failure with its reason, whatever the agent claims.
 */
export async function confirm(context: JobContext): Promise<Ended | null> {
  const { job, place } = context;
  const { phase } = job;
  if (phase === undefined) throw new Error('not a job of a phase');
  const status = phase.stage === 'command' ? null : await specflowStatus(context);
  const seen = withGate(look(place.worktree.path, phase), status);
  const problems = [...(await problemsOf(context, seen)), ...problemsOfTool(status)];
  const isSo = problems.length === 0;
  // Told when it stands on the branch: until then the plan goes by the files as they were.
  if (isSo) context.attempt.seen = seen;
  const summary = (isSo ? sentenceOf(context, seen) : problems.join(' ')).slice(0, 4000);
  const name = phase.stage === 'command' ? 'The agent ended well' : 'The repository says so';
  const checks = [{ name, passed: isSo, evidence: { text: summary.slice(0, 2000) } }];
  const verdict: Verdict = { verdict: isSo ? 'pass' : 'fail', summary, checks, requestedChanges: [] };
  context.attempt.verdict = verdict;
  context.report({ kind: 'review_ended', jobId: job.id, verdict });
  return problems.length === 0
    ? null
    : endedBy('unconfirmed', null, `The agent ended well, but the repository does not confirm it. ${problems.join(' ')}`);
}

async function problemsOf(context: JobContext, seen: PhaseSeen): Promise<string[]> {
  const stage = context.job.phase?.stage;
  if (stage === 'design') return problemsOfDesign(context, seen);
  // A command of the repository is its own judge: it has no task file to answer to.
  if (stage === 'command') return [];
  if (seen.problem !== null) return [seen.problem];
  if (stage === 'implement') return problemsOfBatch(context);
  return stage === 'verify' ? problemsOfVerify(context, seen) : [];
}

function problemsOfVerify({ job }: JobContext, { batches, counts }: PhaseSeen): string[] {
  const leftOut = new Set(job.phase?.leftOut);
  const listed = batches.flatMap(({ tasks }) => tasks);
  const open = listed.filter(({ key }) => !leftOut.has(key));
  // Of a very long file not all are listed.
  const all = counts.open - (listed.length - open.length);
  if (all <= 0) return [];
  const names = open.slice(0, 20).map(({ name }) => name);
  return [`${all} of ${counts.total} tasks are open: ${names.join(', ')}.`];
}

/** A gate that the repository's tool knows of stands, too. */
function withGate(seen: PhaseSeen, status: SpecflowStatus | null): PhaseSeen {
  return seen.gate !== null || status?.hasUserGate !== true ? seen : { ...seen, gate: { source: 'specflow status', criteria: [] } };
}

async function problemsOfDesign({ attempt, job }: JobContext, seen: PhaseSeen): Promise<string[]> {
  const lacking = [...(seen.files.spec ? [] : ['spec.md is missing.']), ...(seen.problem === null ? [] : [seen.problem])];
  if (lacking.length > 0 || seen.folder === null || job.phase?.folder !== null) return lacking;
  const paths = (await attempt.diff)?.paths ?? [];
  // Files of an older phase prove nothing about this one.
  const isOwn = seen.folder === '.' ? paths.includes('tasks.md') : paths.some((path) => path.startsWith(`${seen.folder}/`));
  return isOwn ? [] : [`${seen.folder} is an older phase's folder: this stage changed nothing in it.`];
}

async function problemsOfBatch(context: JobContext): Promise<string[]> {
  const { attempt, job } = context;
  const { taskFile = null, batch = null } = job.phase ?? {};
  const problems: string[] = [];
  const left = leftOf(context);
  if (left.length > 0) problems.push(`Not done in ${taskFile}: ${left.map(({ name }) => name).join(', ')}.`);
  const paths = (await attempt.diff)?.paths ?? [];
  if (paths.every((path) => path === taskFile)) problems.push('No file was changed but the task file.');
  const others = await tickedOthers(context, new Set(batch?.tasks.map(({ key }) => key)));
  if (others.length > 0) problems.push(`Tasks of another batch were ticked: ${others.join(', ')}. Set their boxes back to [ ].`);
  return problems;
}

/** Tasks outside the batch that were open on the branch and are done in the files. */
async function tickedOthers({ job, place }: JobContext, own: Set<string>): Promise<string[]> {
  const taskFile = job.phase?.taskFile ?? null;
  if (taskFile === null) return [];
  const before = await git(['show', `${job.baseCommit}:${taskFile}`], { cwd: place.clone.dir, accept: [128] });
  return before.exitCode === 0 ? namesTicked(before.stdout, place.worktree.path, taskFile, own) : [];
}

/** Where the repository's own tool is there, it must not say otherwise. Its numbers are no proof of ids, so that the reader's view stands beside. */
function problemsOfTool(status: SpecflowStatus | null): string[] {
  if (status === null) return [];
  if (status.health === 'error')
    return [['specflow status says that the phase has errors', ...status.errors].join(': ').replace(/\.?$/, '.')];
  if (status.stepStatus === 'failed' || status.stepStatus === 'blocked')
    return [`specflow status says: ${status.step ?? 'the step'} is ${status.stepStatus}.`];
  return [];
}

function sentenceOf({ job }: JobContext, seen: PhaseSeen): string {
  const { batch = null, stage = 'implement' } = job.phase ?? {};
  if (stage === 'command') return 'The agent ended well; what it changed is on the branch.';
  if (batch !== null) return `All ${batch.tasks.length} tasks of this batch are done; ${seen.counts.done} of ${seen.counts.total} in all.`;
  return stage === 'design'
    ? `${seen.taskFile} has ${seen.counts.total} tasks.`
    : `The files are there; ${seen.counts.done} of ${seen.counts.total} tasks are done.`;
}
