import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import type { EventLog } from './event-log.ts';

export type ActivityEntry = Extract<StoredEvent, { kind: 'tool_called' | 'text_written' | 'agent_started' | 'agent_retried' }>;

/** A page draws the newest of it anew each frame: an agent that calls ten thousand tools must not slow it. */
const LOOKS_BACK_EVENTS = 2000;

/**
 * What an agent did in one job, in order; a tool call stands once, with its newest state. Only what the log holds: a page that
 * joined late shows the end, and the log has the rest. Looks back from `to` as far as the job's order, at most 2,000 events.
 */
export function activityOf(log: EventLog, jobId: string, to: number): ActivityEntry[] {
  const entries: ActivityEntry[] = [];
  const calls = new Set<string>();
  for (let seq = to; seq > Math.max(0, to - LOOKS_BACK_EVENTS); seq--) {
    const event = log.at(seq);
    if (event === undefined) break;
    if (event.kind === 'job_ordered' && event.jobId === jobId) break;
    if (event.kind === 'tool_called' && event.jobId === jobId) {
      if (calls.has(event.callId)) continue;
      calls.add(event.callId);
      entries.push(event);
    } else if (
      (event.kind === 'text_written' || event.kind === 'agent_started' || event.kind === 'agent_retried') &&
      event.jobId === jobId
    ) {
      entries.push(event);
    }
  }
  return entries.reverse();
}
