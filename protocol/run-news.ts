import { rootOf } from './evolve/items.ts';
import type { Reason } from './run-event.ts';
import { currentItem, type Progress, progressOf } from './run-progress.ts';
import { type Attempt, isAtRest, type RunState, type RunStatus } from './run-state.ts';
import type { FailureCode, JobResult } from './runner-fact.ts';

/** What a run tells its organisation's dispatch of itself: at once when it changes, then at most once a second, and less often while dispatch is slow. */
export interface RunNews {
  runId: string;
  /** Of the log: older news never replaces newer. */
  seq: number;
  /** The run's own clock, as in a need's askedAt; Unix milliseconds. */
  at: number;
  status: RunStatus;
  reason: Reason | null;
  /** When it goes on by itself, where it waits for a time; rows of before lack it. */
  untilAt?: number | null;
  currentChunkId: string | null;
  currentChunkTitle: string | null;
  currentStep: string | null;
  progress: Progress;
  startedAt: number | null;
  activeMs: number;
  activeSince: number | null;
  costMicros: number | null;
  runner: { id: string; name: string } | null;
  /** How the last job ended, by which type of agent, and where, as far as that is known: a machine that cannot do its work is found by this. */
  lastJob: {
    id: string;
    result: JobResult;
    code: FailureCode | null;
    message: string;
    agent: string | null;
    runnerId: string | null;
  } | null;
  /** The account whose quota is at its end, as far as this run knows. */
  quota: { fingerprint: string; untilAt: number; message: string } | null;
}

export function newsOf(state: RunState): RunNews {
  const { id: runId, seq, updatedAt: at, status, startedAt, activeMs, activeSince, lease } = state;
  const item = currentItem(state);
  const chunk = item && rootOf(state, item);
  return {
    ...{ runId, seq, at, status, reason: state.wait?.reason ?? state.reason },
    untilAt: state.wait?.untilAt ?? null,
    ...{ currentChunkId: chunk?.id ?? null, currentChunkTitle: chunk?.title ?? null, currentStep: stepOf(state, item?.kind === 'fix') },
    ...{ progress: progressOf(state), startedAt, activeMs, activeSince, costMicros: state.totals.usage.costMicros },
    runner: lease?.state === 'held' && !isAtRest(state) ? { id: lease.runnerId, name: lease.runnerName } : null,
    lastJob: lastJobOf(state),
    quota: quotaOf(state),
  };
}

const STEP_NAMES: Partial<Record<string, string>> = { execute: 'executing', verify: 'verifying', review: 'reviewing' };

function stepOf({ job, question }: RunState, isFix: boolean): string | null {
  if (question) return 'asking';
  if (job === null || job.step === null) return null;
  if (job.step === 'execute' && (isFix || job.kind === 'heal')) return 'healing';
  return STEP_NAMES[job.step] ?? job.step;
}

function lastJobOf({ items, configuration, lease, broke }: RunState): RunNews['lastJob'] {
  let last: Attempt | null = null;
  for (const { attempts } of items) {
    const attempt = attempts.at(-1);
    if (attempt?.endedAt != null && attempt.endedAt >= (last?.endedAt ?? 0)) last = attempt;
  }
  if (last === null || last.result === null || last.result === 'lost') return null;
  const { jobId: id, result, code, message, fence } = last;
  const runnerId = [lease, broke].find((one) => one?.fence === fence)?.runnerId ?? null;
  return { id, result, code, message: message.slice(0, 300), agent: configuration?.executor.type ?? null, runnerId };
}

function quotaOf({ wait, configuration }: RunState): RunNews['quota'] {
  const fingerprint = configuration?.accountFingerprint;
  if (!fingerprint || wait?.untilAt == null || wait.reason.code !== 'PROVIDER_LIMIT') return null;
  return { fingerprint, untilAt: wait.untilAt, message: wait.reason.message };
}
