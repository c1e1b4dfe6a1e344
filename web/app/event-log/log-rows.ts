import type { EventLog } from '../live/event-log.ts';
import { describeEvent, isFailure } from './describe-event.ts';

export interface LogFilter {
  /** Words to find, in any case; empty: all. */
  text: string;
  failuresOnly: boolean;
}

export function isFiltering(filter: LogFilter): boolean {
  return filter.failuresOnly || filter.text.trim() !== '';
}

/** The numbers of the events that pass the filter, from those that are here. */
export function filterLog(log: EventLog, last: number, filter: LogFilter): number[] {
  const wanted = filter.text.trim().toLowerCase();
  const found: number[] = [];
  for (let seq = 1; seq <= last; seq++) {
    const event = log.at(seq);
    if (!event || (filter.failuresOnly && !isFailure(event))) continue;
    if (wanted === '' || `${event.kind} ${describeEvent(event)}`.toLowerCase().includes(wanted)) found.push(seq);
  }
  return found;
}

/** The next failure after `from`, coming round at the end; null when there is none. */
export function nextFailure(log: EventLog, from: number, last: number): number | null {
  for (let step = 1; step <= last; step++) {
    const seq = ((from + step - 1) % last) + 1;
    const event = log.at(seq);
    if (event && isFailure(event)) return seq;
  }
  return null;
}
