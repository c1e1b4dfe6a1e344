import type { Refusal } from '@specwright/protocol/error-code.ts';
import { evolve } from '@specwright/protocol/evolve.ts';
import { wantsMachine } from '@specwright/protocol/obligations.ts';
import { type Reason, RUN_EVENT_VERSION, type RunEvent, type StoredEvent } from '@specwright/protocol/run-event.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';

/** What the caller is told, beside the events. */
export type Answer =
  | { kind: 'granted'; fence: number; leaseId: string }
  | { kind: 'not_yet'; retryInMs: number; message: string }
  | { kind: 'gone'; message: string }
  /** All facts up to this number are in the log. */
  | { kind: 'received'; fence: number; upTo: number }
  /** A number is missing: nothing was taken; the runner sends again from `expected`. */
  | { kind: 'gap'; fence: number; expected: number }
  | { kind: 'lease'; fence: number; held: boolean };

export interface Decided {
  events: StoredEvent[];
  /** The state with the events folded in. */
  state: RunState;
  answer: Answer | null;
}
export type Decision = Decided | Refusal;

/** A decision in the making: each event is folded as it is added, so that what follows is decided on what is already true. */
export interface Draft {
  state: RunState;
  readonly before: RunState;
  readonly events: StoredEvent[];
  readonly now: number;
  readonly rules: Rules;
  answer: Answer | null;
}

/** Numbers that the decider goes by. */
export interface Rules {
  leaseMs: number;
  /** How long a runner is told to stay away from a run that another holds. */
  retryClaimMs: number;
  /** Lost leases and runner faults in a row, without an ended attempt between, before a person is asked. */
  faultsInRow: number;
  /** How long a run waits for a machine, nothing else happening, before it fails. */
  noMachineMs: number;
}

export const DEFAULT_RULES: Rules = { leaseMs: 30_000, retryClaimMs: 5_000, faultsInRow: 5, noMachineMs: 24 * 3_600_000 };

export function draftOf(state: RunState, now: number, rules: Rules): Draft {
  return { state, before: state, events: [], now, rules, answer: null };
}

export function add(draft: Draft, event: RunEvent): void {
  const stored = { ...event, seq: draft.state.seq + 1, at: draft.now, v: RUN_EVENT_VERSION } as StoredEvent;
  draft.state = evolve(draft.state, stored);
  draft.events.push(stored);
}

/** Ends a decision: a run that now wants a machine says so in its log. */
export function decided(draft: Draft, why: Reason = { code: 'NEEDS_MACHINE', message: 'The run needs a machine to go on.' }): Decided {
  if (wantsMachine(draft.state) && !wantsMachine(draft.before)) add(draft, { kind: 'machine_requested', reason: why });
  return { events: draft.events, state: draft.state, answer: draft.answer };
}
