import type { Actor } from '@specwright/protocol/run-event.ts';
import type { Ending, Entry } from './dispatch-state.ts';
import type { KnownRunner, RunnerSettings } from './runner-state.ts';

/** What happened in dispatch. Events live as long as one decision: the tables keep what they add up to. */
export type DispatchEvent =
  | {
      kind: 'run_registered';
      runId: string;
      projectId: string;
      specId: string;
      specTitle: string;
      addedBy: Actor | null;
      reopened: boolean;
      at: number;
    }
  | { kind: 'run_went_live'; runId: string }
  /** At rest, or never made: its slot is free and its need is withdrawn. */
  | { kind: 'run_left'; runId: string }
  | { kind: 'limit_set'; projectId: string; maxActive: number }
  | { kind: 'entry_put'; entry: Entry; askedAt: number }
  | { kind: 'slot_given'; runId: string }
  | { kind: 'entry_leased'; runId: string; leaseId: string; heldBy: string; visibleAt: number }
  | { kind: 'entry_shown'; runId: string; visibleAt: number }
  | { kind: 'entry_taken'; runId: string; runnerId: string | null }
  | { kind: 'entry_removed'; runId: string }
  | { kind: 'runner_set'; settings: RunnerSettings }
  | { kind: 'runner_revoked'; runnerId: string }
  | { kind: 'runner_announced'; runner: KnownRunner }
  | { kind: 'runner_told'; runnerId: string; told: Partial<KnownRunner> }
  | ({ kind: 'ending_opened' } & Ending)
  | { kind: 'ending_told'; id: string; runId: string };
