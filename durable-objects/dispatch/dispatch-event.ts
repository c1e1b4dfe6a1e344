import type { Ending, Entry, KnownRunner } from './dispatch-state.ts';

/** What happened in dispatch. Events live as long as one decision: the tables keep what they add up to. */
export type DispatchEvent =
  | { kind: 'run_registered'; runId: string; projectId: string; specId: string; reopened: boolean; at: number }
  | { kind: 'run_went_live'; runId: string }
  /** At rest, or never made: its slot is free and its need is withdrawn. */
  | { kind: 'run_left'; runId: string }
  | { kind: 'limit_set'; projectId: string; maxActive: number }
  | { kind: 'entry_put'; entry: Entry }
  | { kind: 'entry_leased'; runId: string; leaseId: string; heldBy: string; visibleAt: number }
  | { kind: 'entry_shown'; runId: string; visibleAt: number }
  | { kind: 'entry_removed'; runId: string }
  | { kind: 'slot_given'; runId: string }
  | { kind: 'runner_announced'; runner: KnownRunner }
  | { kind: 'runner_seen'; runnerId: string; at: number }
  | ({ kind: 'life_ended' } & Ending)
  | { kind: 'ending_told'; lifeId: string; runId: string };
