import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import type { EventLog } from './event-log.ts';

const LIMIT = 1000;

interface Range {
  runId: string;
  from: number;
  to: number;
  /** Called after each part that arrived. */
  onPart?: () => void;
}

/** Reads the events of a range that the log does not hold yet. Throws when the server does not answer. */
export async function readEvents(log: EventLog, { runId, from, to, onPart }: Range): Promise<void> {
  let missing = log.firstMissing(from, to);
  while (missing !== null) {
    const response = await fetch(`/api/runs/${runId}/events?after=${missing - 1}&limit=${Math.min(LIMIT, to - missing + 1)}`);
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    const events = eventsOf(await response.json());
    log.put(events);
    onPart?.();
    const next = log.firstMissing(missing + 1, to);
    if (events.length === 0 || next === null || next <= missing) return;
    missing = next;
  }
}

function eventsOf(body: unknown): StoredEvent[] {
  return Array.isArray(body) ? body : (body as { items: StoredEvent[] }).items;
}
