import type { RunNews } from '@specwright/protocol/run-news.ts';
import type { Ending, Entry, LiveRun, Placed, ProjectLine, Quota } from './dispatch-state.ts';
import type { KnownRunner, RunnerSettings } from './runner-state.ts';

/** What happened in dispatch. Events live as long as one decision: the tables keep what they add up to. */
export type DispatchEvent =
  | { kind: 'run_registered'; run: LiveRun }
  | { kind: 'run_went_live'; runId: string }
  /** At rest, or never made: its slot is free and its need is withdrawn. */
  | { kind: 'run_left'; runId: string }
  | { kind: 'run_told'; news: RunNews; pausedAt: number | null; runnerId: string | null }
  | { kind: 'line_set'; projectId: string; change: Partial<ProjectLine> }
  | { kind: 'organisation_set'; maxActive: number }
  | { kind: 'entry_put'; entry: Entry; askedAt: number; brokeFence: number }
  | { kind: 'slot_given'; runId: string; at: number }
  | { kind: 'slot_returned'; runId: string; front: boolean }
  | { kind: 'entry_leased'; runId: string; leaseId: string; heldBy: string; visibleAt: number }
  | { kind: 'entry_shown'; runId: string; visibleAt: number }
  | { kind: 'entry_taken'; runId: string; runnerId: string | null }
  | { kind: 'entry_removed'; runId: string }
  /** Where a person's hand has put runs. */
  | { kind: 'order_set'; places: Placed[] }
  | { kind: 'priority_set'; runId: string; priority: number }
  | { kind: 'removal_began'; runId: string; removal: LiveRun['removal'] }
  | { kind: 'resume_wanted'; runId: string; resume: LiveRun['resume'] }
  /** It was told to go on. */
  | { kind: 'run_resumed'; runId: string }
  | { kind: 'quota_ended'; quota: Quota }
  | { kind: 'quota_back'; fingerprint: string }
  | { kind: 'runner_set'; settings: RunnerSettings }
  | { kind: 'runner_revoked'; runnerId: string }
  | { kind: 'runner_announced'; runner: KnownRunner }
  | { kind: 'runner_told'; runnerId: string; told: Partial<KnownRunner> }
  | ({ kind: 'ending_opened' } & Ending)
  | { kind: 'ending_told'; id: string; runId: string };
