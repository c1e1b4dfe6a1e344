import { z } from 'zod';
import type { LeftFile, PhaseFound } from './errand.ts';
import { orchestrationConfigSchema, type PhaseTask, type Stage } from './phase.ts';
import { answersSchema, type OpenQuestion, questionIdSchema } from './question.ts';
import type { Reason } from './run-event.ts';
import type { RunState } from './run-state.ts';
import type { Usage } from './usage.ts';

/**
 * Bodies and answers of /api/workflow/…: Complete Phase over HTTP. An orchestration is a run: its id is the run's, its log, socket and
 * pieces are those of /api/runs/:runId. Times: Unix milliseconds.
 */

/** POST /api/workflow/orchestrate → { runId }. 409 ORCHESTRATION_ACTIVE "Orchestration already in progress (run_…)". */
export const startOrchestrationSchema = z.object({ projectId: z.string(), config: orchestrationConfigSchema.prefault({}) });
export type StartOrchestration = z.infer<typeof startOrchestrationSchema>;
export interface StartedOrchestration {
  runId: string;
}

/** Which one: by run, or a project's latest. In the body of a command; in the query of /status. */
export const whichOrchestrationSchema = z.union([z.object({ runId: z.string() }), z.object({ projectId: z.string() })]);
export type WhichOrchestration = z.infer<typeof whichOrchestrationSchema>;

/** POST …/merge: `not_yet` leaves it as it is and writes the word down. */
export const mergeOrchestrationSchema = whichOrchestrationSchema.and(z.object({ decision: z.enum(['merge', 'not_yet']).default('merge') }));
/** POST …/retry, …/skip: `itemId` as in `items`; left out: the one that failed. */
export const itemOrchestrationSchema = whichOrchestrationSchema.and(z.object({ itemId: z.string().optional() }));
/** POST …/raise: null: no limit. Dollars. */
export const raiseOrchestrationSchema = whichOrchestrationSchema.and(
  z.object({
    maxTotal: z.number().positive().max(1_000_000).optional(),
    maxPerBatch: z.number().positive().max(1_000_000).optional(),
    healingBudget: z.number().positive().max(1_000_000).optional(),
    maxTokens: z.number().int().positive().nullable().optional(),
  }),
);

/** POST …/answer: to the question of that id. 409 QUESTION_CLOSED when it is answered already or its agent is gone. */
export const answerOrchestrationSchema = whichOrchestrationSchema.and(z.object({ questionId: questionIdSchema, answers: answersSchema }));

/** POST /api/workflow/detect: what a start would find now. 503 NO_RUNNER when no machine that serves the repository is online. */
export const detectSchema = z.object({
  projectId: z.string(),
  folder: z.string().max(400).nullable().default(null),
  batchSize: z.number().int().min(1).max(50).default(15),
});
export interface Detected extends Omit<PhaseFound, 'kind'> {
  /** The machine that looked. */
  runnerName: string;
  /** Files of orchestrations that no living run stands behind. `resumable`: the run is there, and can be opened again. */
  left: (LeftFile & { resumable: boolean })[];
}
/** POST /api/workflow/left: what becomes of a file that no living run stands behind. */
export const leftOrchestrationSchema = z.object({
  projectId: z.string(),
  runId: z.string().max(100),
  decision: z.enum(['resume', 'mark_failed']),
});
/** `failed`: the file says so now. */
export interface LeftDecided {
  runId: string;
  status: RunState['status'];
}

/** POST /api/projects/:projectId/specs/import-tasks {path} → Spec: from a task file in the repository, through a machine. */
export const importTasksSchema = z.object({ path: z.string().min(1).max(500) });

export type WorkflowStatus = 'Running' | 'Pausing' | 'Paused' | 'Healing' | 'Waiting' | 'Complete' | 'Merge Ready' | 'Failed' | 'Cancelled';

/** GET /api/workflow/orchestrate/status; the items of …/list have the same shape. */
export interface OrchestrationView {
  runId: string;
  projectId: string;
  branch: string;
  status: WorkflowStatus;
  runStatus: RunState['status'];
  /** "Implementing batch 2 of 4: Core Components". */
  headline: string;
  /** Why it waits, failed or was cancelled. */
  reason: Reason | null;
  stage: Stage | null;
  tasks: { done: number; total: number };
  batches: { current: number; total: number };
  items: OrchestrationItem[];
  warnings: string[];
  /** How batches were found; null: not yet. */
  rule: string | null;
  /** What its agent asks; null: nothing. While it is open the status is Waiting, and the clock stands. */
  question: OpenQuestion | null;
  gate: { source: string; criteria: string[] } | null;
  mergedCommit: string | null;
  usage: Usage;
  maxCostMicros: number | null;
  activeMs: number;
  activeSince: number | null;
  /** From this run's own batches; null: none is done yet. */
  remainingMs: { low: number; high: number } | null;
  decisions: { at: number; decision: string; reason: string }[];
  createdAt: number;
  endedAt: number | null;
  seq: number;
}

export interface OrchestrationItem {
  id: string;
  stage: Stage;
  title: string;
  status: string;
  tasks: PhaseTask[];
  heals: number;
  attempts: number;
  startedAt: number | null;
  endedAt: number | null;
  costMicros: number | null;
  error: Reason | null;
}
