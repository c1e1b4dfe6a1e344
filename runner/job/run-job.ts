import { type Job, PHASE_STEPS, STEPS, type Step } from '@specwright/protocol/job.ts';
import { makePiece } from '@specwright/protocol/piece.ts';
import { addUsage } from '@specwright/protocol/usage.ts';
import { GitFault } from '../git/git.ts';
import { keepSnapshot } from '../git/snapshot.ts';
import { messageOf } from '../log.ts';
import { confirm } from '../phase/confirm.ts';
import { executePhase } from '../phase/execute.ts';
import { hasChecks } from '../phase/has-checks.ts';
import { mergePhase } from '../phase/merge.ts';
import { promotePhase } from '../phase/promote.ts';
import { type Ended, endedBy, type JobContext, type RunStep } from './job-context.ts';
import { headOf } from './mask.ts';
import { execute } from './steps/execute.ts';
import { prepare } from './steps/prepare.ts';
import { promoteSnapshot } from './steps/promote.ts';
import { review } from './steps/review.ts';
import { verify } from './steps/verify.ts';

const CARRIED_OUT: Record<Step, RunStep> = {
  prepare,
  execute: (context) => (context.job.phase === undefined ? execute(context) : executePhase(context)),
  confirm,
  verify: (context) => (hasChecks(context) ? verify(context) : Promise.resolve(null)),
  review,
  promote: (context) => (context.job.phase === undefined ? promoteSnapshot(context) : promotePhase(context)),
  merge: mergePhase,
};

function stepsOf({ phase }: Job): readonly Step[] {
  if (phase === undefined) return STEPS;
  return phase.stage === 'merge' ? ['merge'] : PHASE_STEPS;
}

/**
 * Carries out one attempt: each step in turn, with no decision in between, to the first that ends it. Between two steps
 * it waits at the border while the run is held. Never throws: whatever goes wrong is in the last fact, job_ended.
 * @param border waits while the run is held before this step.
 */
export async function runJob(context: JobContext, border: (next: Step) => Promise<void>): Promise<void> {
  const begun = performance.now();
  const ended = await runSteps(context, border);
  // A failed attempt keeps its files under its ref; a passed one was kept with the branch's move.
  if (ended !== null) await keepAttempt(context);
  const { attempt, job } = context;
  const diff = (await attempt.diff?.catch(() => null)) ?? null;
  const shown = diff === null ? '' : context.mask(diff.text);
  const piece = diff === null || diff.files === 0 ? null : await makePiece(shown);
  if (diff !== null && shown !== diff.text)
    context.report({ kind: 'noticed', jobId: job.id, level: 'warning', message: secretInFiles(diff.paths) });
  context.report(
    {
      kind: 'job_ended',
      jobId: job.id,
      result: ended?.result ?? 'passed',
      code: ended?.code ?? null,
      message: headOf(context.mask(ended?.message ?? ''), 4000),
      commit: ended === null ? attempt.commit : null,
      // A phase that is cancelled in mid-batch goes on from what was done.
      snapshot: ended?.result === 'stopped' && job.phase === undefined ? null : (attempt.snapshot?.commit ?? null),
      summary: headOf(context.mask(attempt.summary), 8000),
      diffPiece: piece?.hash ?? null,
      diffStat: diff && { files: diff.files, added: diff.added, removed: diff.removed },
      usage: addUsage(attempt.executorUsage, attempt.reviewerUsage),
      durationMs: performance.now() - begun,
      retryAfterMs: ended?.retryAfterMs ?? null,
    },
    piece ? [piece] : [],
  );
}

/** What is committed is the agent's work and stays as it is: a person must know. */
function secretInFiles(paths: string[]): string {
  const named = paths.length === 1 ? (paths[0] ?? 'A file') : `One of ${paths.length} changed files`;
  return headOf(
    `${named} holds what looks like a secret. It is masked in what is shown here, not in the files themselves: look before you merge.`,
    2000,
  );
}

async function runSteps(context: JobContext, border: (next: Step) => Promise<void>): Promise<Ended | null> {
  for (const step of stepsOf(context.job)) {
    await border(step);
    const ended = context.signal.aborted ? stopped() : await runStep(context, step);
    if (ended !== null) return ended;
  }
  return null;
}

async function runStep(context: JobContext, step: Step): Promise<Ended | null> {
  const begun = performance.now();
  context.report({ kind: 'step_started', jobId: context.job.id, step });
  let ended = await CARRIED_OUT[step](context).catch(faultOf);
  // What was promoted stays promoted; anything else that was under way when Stop came is stopped, whatever it says itself.
  if (context.signal.aborted && context.attempt.commit === null) ended = stopped();
  context.report({
    kind: 'step_ended',
    jobId: context.job.id,
    step,
    ok: ended === null,
    durationMs: performance.now() - begun,
    message: ended === null ? null : headOf(context.mask(ended.message), 2000),
  });
  return ended;
}

function stopped(): Ended {
  return endedBy('stopped', null, 'Stopped.');
}

/** A broken edge is this machine's fault, never the chunk's. */
function faultOf(error: unknown): Ended {
  if (error instanceof GitFault) return endedBy('runner_fault', error.code, error.message, error.code === 'INTERNAL' ? 1000 : null);
  const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
  return endedBy(
    'runner_fault',
    full ? 'DISK_FULL' : 'INTERNAL',
    full ? 'The disk of this machine is full.' : messageOf(error),
    full ? null : 1000,
  );
}

async function keepAttempt({ place, job, attempt }: JobContext): Promise<void> {
  if (attempt.snapshot === null || attempt.commit !== null) return;
  await keepSnapshot(place.clone, { runId: job.runId, chunkId: job.chunkId, attempt: job.attempt }, attempt.snapshot.commit).catch(
    () => {},
  );
}
