import { z } from 'zod';
import { orchestrationConfigSchema } from './phase.ts';

/** A chunk as a run plans it. Its text (description, acceptance criteria) is a piece, named by hash: state stays small. */
export const planItemSchema = z.object({
  id: z.string(),
  /** The short name that a person gave it, unique in the spec. */
  key: z.string(),
  title: z.string(),
  /** Ids of chunks that must be completed (or skipped) first. */
  dependsOn: z.array(z.string()),
  /** Hash of the piece with the chunk's text: `chunkTextSchema` as JSON. */
  textPiece: z.string(),
  /** What D1 knew when the run began or was opened again. */
  status: z.enum(['pending', 'completed', 'skipped']),
  /** The summary of a chunk that an earlier run completed; context for those that depend on it. */
  summary: z.string().nullable(),
  /** False for a chunk that this run was not asked to carry out. */
  selected: z.boolean(),
});
export type PlanItem = z.infer<typeof planItemSchema>;

const chunksPlanSchema = z.object({
  kind: z.literal('chunks'),
  /** Hash of the piece with the spec's text (Markdown). */
  specPiece: z.string(),
  items: z.array(planItemSchema).max(1000),
});
/** Complete Phase: its items are made as it goes, from what the runner reads of the repository. */
const phasePlanSchema = z.object({
  kind: z.literal('phase'),
  specPiece: z.string(),
  items: z.array(planItemSchema).max(0),
  config: orchestrationConfigSchema,
});

export const runPlanSchema = z.discriminatedUnion('kind', [chunksPlanSchema, phasePlanSchema]);
export type RunPlan = z.infer<typeof runPlanSchema>;

export const chunkTextSchema = z.object({
  description: z.string(),
  acceptanceCriteria: z.array(z.string()),
});
export type ChunkText = z.infer<typeof chunkTextSchema>;

export const repositorySchema = z.discriminatedUnion('kind', [
  /** A folder on the runner's machine. */
  z.object({ kind: z.literal('path'), path: z.string().min(1), defaultBranch: z.string().nullable() }),
  z.object({ kind: z.literal('url'), url: z.string().min(1), defaultBranch: z.string().nullable() }),
]);
export type Repository = z.infer<typeof repositorySchema>;

/** What a person, spec, project or the deployment set for this run; null: the repository's configuration or the default decides. */
export const runSettingsSchema = z.object({
  executor: z.string().nullable(),
  reviewer: z.string().nullable(),
  maxIterations: z.number().int().min(1).max(50).nullable(),
  /** Heal attempts a chunk may use after a verdict of fail. Run All: 0. */
  maxHeals: z.number().int().min(0).max(5),
  /** Limits of the whole run; null: none. */
  maxCostMicros: z.number().int().positive().nullable(),
  maxTokens: z.number().int().positive().nullable(),
  /** Held back from the limits for each job before it is handed out. */
  reserveCostMicros: z.number().int().nonnegative(),
  reserveTokens: z.number().int().nonnegative(),
  /** A machine must have all of these labels to be offered the run. */
  labels: z.array(z.string().max(40)).max(20).optional(),
});
export type RunSettings = z.infer<typeof runSettingsSchema>;

export const DEFAULT_RUN_SETTINGS: RunSettings = {
  executor: null,
  reviewer: null,
  maxIterations: null,
  maxHeals: 0,
  maxCostMicros: null,
  maxTokens: null,
  reserveCostMicros: 2_000_000,
  reserveTokens: 400_000,
};

/** What the runner made of settings, the repository's `.handoff/config.yaml` and what it detected; frozen at the first lease. */
export const configurationSchema = z.object({
  executor: z.object({ id: z.string(), type: z.string(), model: z.string().nullable() }),
  reviewer: z.object({ id: z.string(), type: z.string(), model: z.string().nullable() }),
  maxIterations: z.number().int().min(1).max(50),
  checks: z
    .array(
      z.object({
        name: z.string().max(200),
        command: z.string().max(2000),
        required: z.boolean(),
        source: z.enum(['configured', 'detected']),
      }),
    )
    .max(30),
  /** True when scripted answers play the model. The page says so. */
  demo: z.boolean(),
  /** A key's fingerprint, so that a provider's limit can be shared without the key; null: no key. */
  accountFingerprint: z.string().nullable(),
});
export type Configuration = z.infer<typeof configurationSchema>;
