import type { Reason } from '@specwright/protocol/run-event.ts';
import type { Item } from '@specwright/protocol/run-state.ts';
import { add, type Draft } from '../decision.ts';
import { endLease } from '../lose-lease.ts';

/** Waits for a person's word before the merge; nobody's machine is held for it. */
export const MERGE_READY = 'MERGE_READY';
export const USER_GATE = 'USER_GATE';

/** Whether the next item of a phase may be ordered; when not, the run waits or has ended with the reason. */
export function mayBegin(draft: Draft, item: Item): boolean {
  const { phase } = draft.state;
  if (phase === undefined || item.phase === undefined) return true;
  if (item.phase.stage === 'merge') return phase.mergeApproved || approve(draft);
  const problem = item.phase.stage === 'design' || item.phase.stage === 'command' ? null : (phase.seen?.problem ?? null);
  if (problem === null) return true;
  const reason = { code: 'NO_TASKS', message: problem };
  endLease(draft, reason);
  add(draft, { kind: 'run_failed', reason, fault: 'machine' });
  return false;
}

function approve(draft: Draft): boolean {
  const { phase } = draft.state;
  const gate = phase?.seen?.gate ?? null;
  const wasRefused = draft.state.items.some(
    (item) => item.phase?.stage === 'merge' && item.attempts.some(({ result }) => result === 'merge_refused'),
  );
  if (phase?.config.autoMerge && gate === null && !wasRefused) {
    const reason = { code: 'AUTO_MERGE', message: 'Every stage is confirmed, and merging by itself is on.' };
    add(draft, { kind: 'merge_approved', actor: null, reason });
    return true;
  }
  const reason: Reason =
    gate === null
      ? { code: MERGE_READY, message: 'Every stage is confirmed. The merge waits for a person.' }
      : { code: USER_GATE, message: `A USER GATE (${gate.source}) waits for a person: look at its criteria, then merge.` };
  endLease(draft, reason);
  add(draft, { kind: 'wait_started', reason, waitFor: 'person', untilAt: null });
  return false;
}
