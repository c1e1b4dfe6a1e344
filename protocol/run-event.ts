import type { AttemptKind, Step } from './job.ts';
import type { BatchSeen, PhaseSeen, Stage } from './phase.ts';
import type { Answers, Question } from './question.ts';
import type { Configuration, PlanItem, Repository, RunPlan, RunSettings } from './run-plan.ts';
import type { FactOf, FailureCode, JobResult } from './runner-fact.ts';
import type { Usage } from './usage.ts';
import type { Verdict } from './verdict.ts';

/** Who wished it. Null where the machine decided. */
export interface Actor {
  id: string;
  name: string;
}

/** Why a run rests or waits: a code for programs, a sentence for people. */
export interface Reason {
  code: string;
  message: string;
}

/** agent_gone: its machine or process is gone, and the attempt is made again. replaced: the agent asked another. */
export type QuestionEnd = 'answered' | 'withdrawn' | 'stopped' | 'agent_gone' | 'replaced';

/** The version that new events carry; upcasters lift older ones before they are folded. */
export const RUN_EVENT_VERSION = 1;

/**
 * What happened to a run, in order. Events are past facts: they are never changed, and a kind is never removed.
 * Everything that a page shows of a run is folded from these.
 */
export type RunEvent =
  | {
      kind: 'run_created';
      runId: string;
      organisationId: string;
      projectId: string;
      specId: string;
      specTitle: string;
      branch: string;
      startFrom: string | null;
      repository: Repository;
      plan: RunPlan;
      settings: RunSettings;
      actor: Actor | null;
    }
  | { kind: 'machine_requested'; reason: Reason }
  | { kind: 'lease_granted'; leaseId: string; fence: number; runnerId: string; runnerName: string; lifeId: string; revived: boolean }
  | { kind: 'lease_lapsed'; fence: number; reason: Reason }
  | { kind: 'lease_ended'; fence: number; reason: Reason }
  | {
      kind: 'reconciled';
      head: string;
      base: string;
      configuration: Configuration;
      warnings: string[];
      resetTo: string | null;
      clone?: string;
    }
  /** A promotion that the branch proves and the log did not have: the runner died between the two. */
  | { kind: 'chunk_adopted'; chunkId: string; attempt: number; commit: string }
  | { kind: 'chunk_started'; chunkId: string; title: string; index: number; total: number }
  | { kind: 'fix_chunk_started'; chunkId: string; parentId: string; title: string }
  | {
      kind: 'job_ordered';
      jobId: string;
      chunkId: string;
      attempt: number;
      attemptKind: AttemptKind;
      continueFrom: string | null;
      reservedMicros: number;
      reservedTokens: number;
    }
  | { kind: 'step_started'; jobId: string; chunkId: string; step: Step }
  | { kind: 'step_ended'; jobId: string; chunkId: string; step: Step; ok: boolean; durationMs: number; message: string | null }
  | ({ kind: 'agent_started'; chunkId: string } & Omit<FactOf<'agent_started'>, 'kind' | 'atMs'>)
  | ({ kind: 'tool_called'; chunkId: string } & Omit<FactOf<'tool_called'>, 'kind' | 'atMs'>)
  | ({ kind: 'text_written'; chunkId: string } & Omit<FactOf<'text_written'>, 'kind' | 'atMs'>)
  | ({ kind: 'agent_retried'; chunkId: string } & Omit<FactOf<'agent_retried'>, 'kind' | 'atMs'>)
  | { kind: 'usage_reported'; jobId: string; chunkId: string; usage: Usage }
  | ({ kind: 'check_ended'; chunkId: string } & Omit<FactOf<'check_ended'>, 'kind' | 'atMs'>)
  | { kind: 'review_ended'; jobId: string; chunkId: string; verdict: Verdict; fixChunkId: string | null }
  | { kind: 'question_asked'; jobId: string; chunkId: string; questionId: string; questions: Question[] }
  | { kind: 'question_answered'; jobId: string; chunkId: string; questionId: string; answers: Answers; actor: Actor | null }
  /** `answered`: the agent has the answers. The others: nobody waits for an answer any more. */
  | { kind: 'question_closed'; jobId: string; chunkId: string; questionId: string; reason: QuestionEnd }
  | ({ kind: 'diagnosed'; chunkId: string } & Omit<FactOf<'diagnosed'>, 'kind' | 'atMs'>)
  | { kind: 'noticed'; jobId: string | null; level: 'info' | 'warning'; message: string }
  | {
      kind: 'attempt_ended';
      jobId: string;
      chunkId: string;
      attempt: number;
      result: JobResult;
      code: FailureCode | null;
      message: string;
      /** False for faults of a runner or provider and for a person's stop: those never spend an attempt. */
      spent: boolean;
      snapshot: string | null;
      diffPiece: string | null;
      diffStat: { files: number; added: number; removed: number } | null;
      usage: Usage;
      durationMs: number;
    }
  /** A job that nobody will report: its lease ended. Its reserve counts as spent until the journal corrects it. */
  | { kind: 'attempt_lost'; jobId: string; chunkId: string; attempt: number; chargedMicros: number; chargedTokens: number }
  | { kind: 'attempt_corrected'; jobId: string; usage: Usage }
  | {
      kind: 'fix_chunk_created';
      chunkId: string;
      parentId: string;
      key: string;
      title: string;
      textPiece: string | null;
      requestedChanges: string[];
    }
  /** A chunk passed; with a fix, both ids: parent and fix complete together. */
  | {
      kind: 'chunk_completed';
      chunkId: string;
      fixChunkId: string | null;
      commit: string;
      summary: string;
      verdict: Verdict | null;
      adopted: boolean;
    }
  | { kind: 'chunk_failed'; chunkId: string; reason: Reason }
  | { kind: 'chunk_skipped'; chunkId: string; actor: Actor | null }
  | { kind: 'chunk_reset'; chunkId: string; actor: Actor | null }
  | { kind: 'plan_changed'; specPiece: string; items: PlanItem[]; actor: Actor | null }
  /** What the runner read of the phase: a look at the files, before and after each job. */
  | { kind: 'phase_seen'; seen: PhaseSeen }
  /** The stages that this run has; batches stand in `batches_found`. */
  | { kind: 'phase_planned'; stages: Stage[]; reason: Reason }
  /** Batches that have not begun are replaced by these; ids are given by evolve: batch-1, batch-2 … */
  | { kind: 'batches_found'; batches: BatchSeen[]; reason: Reason }
  | { kind: 'merge_approved'; actor: Actor | null; reason: Reason }
  | { kind: 'merge_postponed'; actor: Actor | null }
  | { kind: 'budget_raised'; maxPerBatch: number | null; healingBudget: number | null; actor: Actor | null }
  | { kind: 'pause_requested'; actor: Actor | null }
  | { kind: 'run_paused' }
  | { kind: 'run_resumed'; actor: Actor | null }
  | { kind: 'job_held'; jobId: string; next: Step }
  | { kind: 'stop_requested'; actor: Actor | null }
  | { kind: 'limits_raised'; maxCostMicros: number | null; maxTokens: number | null; actor: Actor | null }
  | { kind: 'wait_started'; reason: Reason; waitFor: 'time' | 'person'; untilAt: number | null }
  | { kind: 'wait_ended'; reason: Reason }
  | { kind: 'run_reopened'; actor: Actor | null }
  | { kind: 'run_completed'; passed: number; failed: number; fixes: number }
  | { kind: 'run_failed'; reason: Reason; fault: 'chunk' | 'limit' | 'machine' }
  | { kind: 'run_cancelled'; reason: Reason }
  /** A fact seen under a fence that has passed: kept as evidence, never a result. */
  | { kind: 'evidence_recorded'; fence: number; number: number; factKind: string; jobId: string | null; message: string }
  /** Bookkeeping of what was received under a fence: the last fact number of the frame that these events came from. */
  | { kind: 'facts_received'; fence: number; last: number };

export type RunEventKind = RunEvent['kind'];
export type EventOf<K extends RunEventKind> = Extract<RunEvent, { kind: K }>;

/** An event as it is stored and sent: numbered from 1 without a gap, `at` in Unix milliseconds of the server. */
export type StoredEvent = RunEvent & { seq: number; at: number; v: number };
