import { type Diagnosis, diagnosisSchema } from '@specwright/protocol/diagnosis.ts';
import type { Job } from '@specwright/protocol/job.ts';
import { addUsage, NO_USAGE, type Usage } from '@specwright/protocol/usage.ts';
import { type Answer, ask } from '../agents/ask.ts';
import { type Ended, endedBy, type JobContext } from '../job/job-context.ts';
import { headOf, tailOf } from '../job/mask.ts';

/** Bounds of a diagnosis beside its money, which some plans do not count: model turns, tokens, milliseconds. */
const STEPS = 20;
const TOKENS = 300_000;
const DEADLINE_MS = 180_000;
const SILENT_MS = 90_000;

export interface Diagnosed {
  /** The batch is not healed: how the attempt ends. */
  ended: Ended | null;
  /** For who heals it; null: there is none. */
  diagnosis: Diagnosis | null;
}

const NONE: Diagnosed = { ended: null, diagnosis: null };

/**
 * Before a heal a model that can only read says why the batch failed, and whether an agent can mend it. Only a confident "no" keeps the batch
 * from its heal; where there is no diagnosis, it is healed all the same, and the log says why.
 */
export async function diagnose(context: JobContext): Promise<Diagnosed> {
  const { job, place } = context;
  const budget = job.phase?.diagnosis;
  if (job.kind !== 'heal' || budget === undefined) return NONE;
  if (budget.costMicros === 0) return without(context, 'the run has no money left for one', NO_USAGE);
  const { agent, fallbackModel } = await place.crew.planner();
  // A plain command knows no tools that only read.
  if (agent.type === 'command') return NONE;
  const message = 'A model looks at why the batch failed, before it is healed.';
  context.report({ kind: 'noticed', jobId: job.id, level: 'info', message });
  const { tokens } = job.limits;
  const answer = await ask(diagnosisSchema, diagnosisPrompt(job), {
    ...{ agent, fallbackModel, jobId: job.id, signal: context.signal },
    limits: {
      ...{ steps: STEPS, costMicros: budget.costMicros, deadlineMs: DEADLINE_MS, silentMs: SILENT_MS },
      tokens: tokens === null ? TOKENS : Math.min(TOKENS, tokens),
    },
  });
  return settle(context, answer, budget.costMicros);
}

function settle(context: JobContext, answer: Answer<Diagnosis>, costMicros: number): Diagnosed {
  const { attempt, job } = context;
  attempt.reviewerUsage = addUsage(attempt.reviewerUsage, answer.usage);
  attempt.keptMicros = Math.max(0, costMicros - (answer.usage.costMicros ?? 0));
  context.report({ kind: 'usage_reported', jobId: job.id, usage: addUsage(attempt.executorUsage, attempt.reviewerUsage) });
  if (context.signal.aborted) return { ended: endedBy('stopped', null, 'Stopped.'), diagnosis: null };
  if (!answer.ok) return without(context, answer.message, answer.usage);
  const diagnosis = answer.value;
  const message = sentence(diagnosis);
  report(context, diagnosis, message, answer.usage);
  const isRuledOut = !diagnosis.healable && diagnosis.confident;
  return { ended: isRuledOut ? endedBy('unhealable', null, message) : null, diagnosis };
}

function without(context: JobContext, why: string, usage: Usage): Diagnosed {
  report(context, null, `There is no diagnosis: ${why.replace(/\.$/, '')}. It is healed all the same.`, usage);
  return NONE;
}

function report({ job, mask, report }: JobContext, diagnosis: Diagnosis | null, message: string, usage: Usage): void {
  report({ kind: 'diagnosed', jobId: job.id, diagnosis, message: headOf(mask(message), 1000), usage });
}

function sentence({ cause, advice, healable, confident }: Diagnosis): string {
  const says = cause === 'other' ? '' : `${cause.replace('_', ' ')}. `;
  const doubt = !healable && !confident ? ' It may be beyond an agent; it is healed all the same.' : '';
  return `${says}${advice}${doubt}`.trim();
}

/** What the attempt before left to know, for a reader. */
export function diagnosisPrompt(job: Job): string {
  const { batch = null, folder = null } = job.phase ?? {};
  const tried = job.feedback.map((one) => {
    const checks = one.failedChecks.map((check) => `The check \`${check.command}\` failed:\n${tailOf(check.output, 8000)}`);
    return [`Attempt ${one.attempt} (${one.outcome}): ${one.message}`, ...checks].join('\n');
  });
  return [
    `Job: ${job.id}\nChunk: ${job.key}\nRole: diagnosis`,
    'An agent has tried a batch of tasks in this repository, and the batch failed. Its work is in the files. Read what you need, change nothing, and say why it failed.',
    ...(batch === null
      ? []
      : [
          `The batch "${batch.title}"${folder === null ? '' : ` of ${folder}`}:\n${batch.tasks.map(({ name, title }) => `- ${name}: ${title}`).join('\n')}`,
        ]),
    ...tried,
    `cause: missing_file, syntax_error, failing_test, missing_dependency or other.
healable: whether an agent can mend it by changing files of this repository and running commands here. It is false where that cannot help: what is missing is an account, a key, a service, hardware, or a person's decision.
confident: whether you have seen in the files or the output that this is so.
advice: one or two sentences for the agent that mends it, and for the people who read along.`,
  ].join('\n\n');
}
