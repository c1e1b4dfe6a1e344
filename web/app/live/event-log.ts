import type { StoredEvent } from '@specwright/protocol/run-event.ts';

/**
 * The events of a run that this page holds, by number. Sparse: a page begins with the last 200 and reads older ones where
 * they are looked at. Changed in place, since it may hold tens of thousands; `version` says that it changed.
 */
export class EventLog {
  version = 0;
  private readonly events: (StoredEvent | undefined)[] = [];

  put(events: readonly StoredEvent[]): void {
    for (const event of events) this.events[event.seq] = event;
    if (events.length > 0) this.version++;
  }

  at(seq: number): StoredEvent | undefined {
    return this.events[seq];
  }

  /** The first number from `from` to `to` that is not here; null when all are. */
  firstMissing(from: number, to: number): number | null {
    for (let seq = Math.max(1, from); seq <= to; seq++) if (this.events[seq] === undefined) return seq;
    return null;
  }
}
