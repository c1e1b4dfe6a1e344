import { findItem, fixOf, rootOf } from '@specwright/protocol/evolve/items.ts';
import { CANNOT_BEGIN, isOfRunner, MACHINE_FAULTS } from '@specwright/protocol/evolve/lease-events.ts';
import type { Attempt, Item, RunState } from '@specwright/protocol/run-state.ts';
import type { FactOf } from '@specwright/protocol/runner-fact.ts';
import { add, type Draft } from './decision.ts';
import { recordEvidence } from './evidence.ts';
import type { FactPlace } from './facts.ts';
import { endLease } from './lose-lease.ts';
import { proceed } from './next-job.ts';
import { lookAtPhase } from './phase/look.ts';
import { pauseAfter } from './phase/outcome.ts';

type Promotion = FactOf<'reconciled'>['promoted'][number];

/**
 * The runner has looked at the branch. What its trailers prove and the log lacks is adopted, when it was ordered and lost;
 * the branch's update is the commit point. Anything else above the last good commit is to be reset.
 */
export function reconcile(draft: Draft, fact: FactOf<'reconciled'>, place: FactPlace): void {
  if (draft.state.lease?.reconciled === true) {
    recordEvidence(draft, fact, place);
    return;
  }
  const done = new Set(draft.state.items.filter(isCompleted).map(({ id }) => id));
  for (const promotion of fact.promoted) if (!adopt(draft, promotion)) break;
  const { head, base, configuration, warnings, clone } = fact;
  const good = draft.state.head;
  const resetTo = good === null || good === head ? null : good;
  add(draft, { kind: 'reconciled', head, base, configuration, warnings, resetTo, ...(clone !== undefined && { clone }) });
  // What is to be reset is not what the phase goes on from.
  if (fact.phase !== undefined && draft.state.resetTo === null) lookAtPhase(draft, fact.phase);
  const adopted = draft.state.items.find((item) => isCompleted(item) && !done.has(item.id));
  if (adopted !== undefined) pauseAfter(draft, adopted);
  proceed(draft);
}

function isCompleted({ status }: Item): boolean {
  return status === 'completed';
}

/** A machine that failed so often in a row gives the run back, and is out until somebody has seen to it. */
export const FAULTS_HERE = 3;

/** A wrong configuration or a missing repository ends the run; any other failure is the machine's. */
export function refuseReconcile(draft: Draft, fact: FactOf<'reconcile_failed'>): void {
  const { code, file, line } = fact;
  const where = file === null ? '' : line === null ? `${file}: ` : `${file}:${line}: `;
  const reason = { code, message: `${where}${fact.message}` };
  if (draft.state.job !== null) {
    add(draft, { kind: 'noticed', jobId: null, level: 'warning', message: reason.message.slice(0, 2000) });
    return;
  }
  if (!isOfMachine(code) && !isOfRunner(code)) {
    cannotBegin(draft, reason.message);
    return;
  }
  endLease(draft, reason);
  // A machine that cannot do it has given it back: another goes on, or this one once it is mended.
  if (isOfMachine(code)) add(draft, { kind: 'run_failed', reason, fault: 'machine' });
}

/** It is tried again, a little later; after the third fault in a row on another machine, or here once a person has seen to it. */
function cannotBegin(draft: Draft, message: string): void {
  const faults = draft.state.faultsInRow + 1;
  if (faults >= FAULTS_HERE) {
    endLease(draft, { code: MACHINE_FAULTS, message: `${FAULTS_HERE} faults in a row, the last: ${message}` });
    return;
  }
  const reason = { code: CANNOT_BEGIN, message };
  endLease(draft, reason);
  add(draft, { kind: 'wait_started', reason, waitFor: 'time', untilAt: draft.now + 500 * 2 ** faults });
}

/** Failures that no further try can mend before a person changes the repository or its configuration. */
export function isOfMachine(code: string | null): boolean {
  return code === 'CONFIGURATION_INVALID' || code === 'REPOSITORY_MISSING' || code === 'REPOSITORY_BROKEN';
}

/** Answers whether the branch and the log agree up to and with this promotion. */
function adopt(draft: Draft, promotion: Promotion): boolean {
  const item = findItem(draft.state, promotion.chunkId);
  if (item === undefined) return false;
  const root = rootOf(draft.state, item);
  if (root.status === 'completed') return true;
  const found = findLost(draft.state, root.id, promotion.attempt);
  if (root.status === 'skipped' || found === null) return false;
  const { chunkId, attempt } = found;
  add(draft, { kind: 'chunk_adopted', chunkId, attempt: attempt.attempt, commit: promotion.commit });
  const fixChunkId = chunkId === root.id ? null : chunkId;
  const verdict = attempt.verdict?.verdict === 'pass' ? attempt.verdict : null;
  const summary = verdict?.summary ?? root.summary ?? '';
  add(draft, { kind: 'chunk_completed', chunkId: root.id, fixChunkId, commit: promotion.commit, summary, verdict, adopted: true });
  return true;
}

// Only an attempt that was never reported, or cut short, can have moved the branch without the log knowing.
function findLost(state: RunState, rootId: string, number: number): { chunkId: string; attempt: Attempt } | null {
  for (const item of [findItem(state, rootId), fixOf(state, rootId)]) {
    const attempt = item?.attempts.find((candidate) => candidate.attempt === number && isOpenEnded(candidate));
    if (item !== undefined && attempt !== undefined) return { chunkId: item.id, attempt };
  }
  return null;
}

function isOpenEnded(attempt: Attempt): boolean {
  return attempt.result === 'lost' || attempt.result === 'stopped';
}
