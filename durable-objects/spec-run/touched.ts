import { findItem, rootOf } from '@specwright/protocol/evolve/items.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';

/** Events that lists and badges show nothing of: they alone bring no write to D1. */
const UNSEEN = new Set<StoredEvent['kind']>([
  ...(['tool_called', 'text_written', 'agent_started', 'agent_retried', 'noticed', 'facts_received'] as const),
  ...(['evidence_recorded', 'usage_reported', 'check_ended', 'step_ended', 'review_ended'] as const),
]);

export function isSeen(event: StoredEvent): boolean {
  return !UNSEEN.has(event.kind);
}

/** What of D1 some events change, beside the run's own row: chunks, and jobs whose usage is settled. */
export interface Touched {
  chunks: Set<string>;
  jobs: Set<string>;
}

export function nothingTouched(): Touched {
  return { chunks: new Set(), jobs: new Set() };
}

/** Adds what these events change; `state` is the state after them. */
export function touch(touched: Touched, events: StoredEvent[], state: RunState): void {
  for (const event of events) {
    if (event.kind === 'attempt_ended' || event.kind === 'attempt_lost' || event.kind === 'attempt_corrected')
      touched.jobs.add(event.jobId);
    for (const id of chunksOf(event, state)) {
      const item = findItem(state, id);
      if (item !== undefined) touched.chunks.add(rootOf(state, item).id);
    }
  }
}

function chunksOf(event: StoredEvent, state: RunState): string[] {
  switch (event.kind) {
    case 'run_reopened':
    case 'run_cancelled':
    case 'run_failed':
    case 'plan_changed':
      return state.items.filter((item) => item.startedAt !== null).map((item) => item.id);
    case 'attempt_corrected':
      return [event.jobId.split('/')[1] ?? ''];
    case 'step_started':
      // The other steps change only what the run's row shows.
      return event.step === 'review' || event.step === 'promote' ? [event.chunkId] : [];
    default:
      return isSeen(event) && 'chunkId' in event ? [event.chunkId] : [];
  }
}
