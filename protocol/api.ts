import { z } from 'zod';
import type { Organisation, Role } from './people-api.ts';
import type { Reason, StoredEvent } from './run-event.ts';
import { type PlanItem, type Repository, repositorySchema } from './run-plan.ts';
import type { ChunkStatus, RunState, RunStatus } from './run-state.ts';
import type { Usage } from './usage.ts';
import type { Verdict } from './verdict.ts';

/** Bodies and answers of the HTTP API for people. Lists answer { items, nextCursor }; limit at most 100. Times: Unix milliseconds. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export const SPEC_STATUSES = ['draft', 'ready', 'queued', 'running', 'review', 'completed', 'failed', 'cancelled'] as const;
export type SpecStatus = (typeof SPEC_STATUSES)[number];

const nameSchema = z.string().trim().min(1, 'Give a name.').max(120, 'At most 120 characters.');

export const createProjectSchema = z.object({ name: nameSchema, repository: repositorySchema });
export type CreateProject = z.infer<typeof createProjectSchema>;
export const projectSettingsSchema = z.object({
  executor: z.string().max(100).nullable(),
  reviewer: z.string().max(100).nullable(),
  maxIterations: z.number().int().min(1).max(50).nullable(),
  maxCostMicros: z.number().int().positive().nullable(),
  maxTokens: z.number().int().positive().nullable(),
  /** Runs at work at once; null: the deployment's default. */
  maxActive: z.number().int().min(1).max(100).nullable().optional(),
  /** Within a priority, members take turns. */
  fairSharing: z.boolean().nullable().optional(),
  /** A run that is paused for longer gives its slot back and later queues at the front; null: it keeps it. */
  pausedSlotMinutes: z.number().int().min(1).max(10_080).nullable().optional(),
  /** Of what is started without a priority of its own; null: 0. */
  defaultPriority: z.number().int().min(-100).max(100).nullable().optional(),
  /** A machine must have all of these to be offered the project's runs. */
  labels: z.array(z.string().max(40)).max(20).nullable().optional(),
});
export type ProjectSettings = z.infer<typeof projectSettingsSchema>;
export const updateProjectSchema = z.object({
  name: nameSchema.optional(),
  archived: z.boolean().optional(),
  repository: repositorySchema.optional(),
  settings: projectSettingsSchema.partial().optional(),
});
export type UpdateProject = z.infer<typeof updateProjectSchema>;

export interface Project {
  id: string;
  organisationId: string;
  name: string;
  repository: Repository;
  settings: ProjectSettings;
  archivedAt: number | null;
  createdAt: number;
  updatedAt: number;
  specCounts: Partial<Record<SpecStatus, number>>;
}

const titleSchema = z.string().trim().min(1, 'Give a title.').max(200, 'At most 200 characters.');
const textSchema = z.string().max(200_000, 'At most 200,000 characters.');

export const createSpecSchema = z.object({ title: titleSchema, text: textSchema.default('') });
export type CreateSpec = z.infer<typeof createSpecSchema>;
/** PATCH takes If-Match with the spec's `version`; another version answers 412 EDIT_CONFLICT with the current one. */
export const updateSpecSchema = z.object({ title: titleSchema.optional(), text: textSchema.optional() });
export type UpdateSpec = z.infer<typeof updateSpecSchema>;
/** `tasks`: a task file of any dialect, of which each open task becomes a chunk. Left out: whichever it looks like. */
export const importSpecSchema = z.object({ markdown: z.string().max(1_000_000), as: z.enum(['spec', 'tasks']).optional() });

export interface SpecSummary {
  id: string;
  projectId: string;
  title: string;
  status: SpecStatus;
  chunkCount: number;
  completedCount: number;
  updatedAt: number;
  createdAt: number;
  latestRun: RunSummary | null;
}

export interface Spec extends SpecSummary {
  text: string;
  /** Counts from 1 with each change of title or text. */
  version: number;
  chunks: Chunk[];
}

const keySchema = z
  .string()
  .trim()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'Letters, digits, dots, dashes and underscores; at most 64; begin with a letter or digit.');
const criterionSchema = z.string().trim().min(1).max(2000);
export const createChunkSchema = z.object({
  key: keySchema.optional(),
  title: titleSchema,
  description: textSchema.default(''),
  acceptanceCriteria: z.array(criterionSchema).max(50).default([]),
  /** Ids of chunks of the same spec. */
  dependsOn: z.array(z.string()).max(100).default([]),
});
export type CreateChunk = z.infer<typeof createChunkSchema>;
/** No defaults here: what a change leaves out stays as it is. */
export const updateChunkSchema = z.object({
  key: keySchema.optional(),
  title: titleSchema.optional(),
  description: textSchema.optional(),
  acceptanceCriteria: z.array(criterionSchema).max(50).optional(),
  dependsOn: z.array(z.string()).max(100).optional(),
  /** A person may set a chunk back to pending, or mark it skipped, while no run is active. */
  status: z.enum(['pending', 'skipped']).optional(),
});
export type UpdateChunk = z.infer<typeof updateChunkSchema>;
export const orderChunksSchema = z.object({ chunkIds: z.array(z.string()).min(1).max(1000) });

export interface Chunk {
  id: string;
  specId: string;
  key: string;
  position: number;
  title: string;
  description: string;
  acceptanceCriteria: string[];
  dependsOn: string[];
  status: ChunkStatus;
  summary: string | null;
  verdict: Verdict | null;
  commit: string | null;
  usage: Usage;
  durationMs: number;
  error: Reason | null;
  updatedAt: number;
}

/** `chunkIds`: only these; left out: all that are not done. Takes an Idempotency-Key header. */
export const startRunSchema = z.object({
  chunkIds: z.array(z.string()).min(1).max(1000).optional(),
  executor: z.string().max(100).nullable().optional(),
  reviewer: z.string().max(100).nullable().optional(),
  maxIterations: z.number().int().min(1).max(50).nullable().optional(),
  maxCostMicros: z.number().int().positive().nullable().optional(),
  maxTokens: z.number().int().positive().nullable().optional(),
  /** Higher is served first; 0 where nobody says otherwise. */
  priority: z.number().int().min(-100).max(100).optional(),
});
export type StartRun = z.infer<typeof startRunSchema>;

/** `runId` null and `allComplete` true: every chunk was done, nothing was started. `attached`: the run was already going. */
export interface StartedRun {
  runId: string | null;
  attached: boolean;
  allComplete: boolean;
}

export const raiseLimitsSchema = z.object({
  maxCostMicros: z.number().int().positive().nullable(),
  maxTokens: z.number().int().positive().nullable(),
});

/** A run as D1 knows it: a summary that the run itself writes at most once a second. */
export interface RunSummary {
  id: string;
  projectId: string;
  specId: string;
  specTitle: string;
  status: RunStatus;
  /** Why it waits, or why it ended. */
  reason: Reason | null;
  branch: string;
  runnerName: string | null;
  currentChunkId: string | null;
  /** The step of the attempt in hand; `healing` while a heal is at work, `asking` while its agent waits for an answer. */
  currentStep: string | null;
  progress: { current: number; total: number; passed: number; failed: number };
  fixes: number;
  usage: Usage;
  activeMs: number;
  startedBy: string | null;
  createdAt: number;
  endedAt: number | null;
  seq: number;
}

/** GET /api/runs/:id — read from the run's object. */
export interface RunView {
  state: RunState;
  recent: StoredEvent[];
}

export interface Runner {
  id: string;
  name: string;
  online: boolean;
  lastSeenAt: number | null;
  version: string | null;
  slots: number;
  found: { name: string; version: string | null; detail: string | null; ok: boolean }[];
}

/** Who is signed in. `organisation` and `role`: where they act now; null when they belong to none. */
export interface Me {
  user: { id: string; name: string; email: string };
  organisation: { id: string; name: string } | null;
  role: Role | null;
  organisations: Organisation[];
  /** cookie: a browser. key: an API key. bearer: the command line. local: this machine's credential. */
  via: 'cookie' | 'key' | 'bearer' | 'local';
  build: string;
}

/** POST /api/local/links answers with the token of a one-time sign-in link (in the link it stands in the fragment). */
export interface LocalLink {
  token: string;
  expiresAt: number;
}

export type { PlanItem };
