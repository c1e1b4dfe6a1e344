import { RUN_EVENT_VERSION, type StoredEvent } from '../run-event.ts';

/** Lifts an event of one version to the next. Pure; a kind is never removed. */
export type Upcaster = (event: StoredEvent) => StoredEvent;

/** `UPCASTERS[n]` lifts version n to n + 1. Empty while version 1 is the only one. */
export const UPCASTERS: Record<number, Upcaster> = {};

/** Lifts a stored event to today's version; today's events pass untouched. */
export function upcast(event: StoredEvent, upcasters = UPCASTERS, to = RUN_EVENT_VERSION): StoredEvent {
  let lifted = event;
  while (lifted.v < to) {
    const lift = upcasters[lifted.v];
    if (lift === undefined) throw new Error(`no upcaster lifts version ${lifted.v} of ${lifted.kind}`);
    lifted = { ...lift(lifted), v: lifted.v + 1 };
  }
  return lifted;
}
