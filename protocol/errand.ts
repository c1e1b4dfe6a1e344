import { z } from 'zod';
import { phaseSeenSchema, repositoryCommandSchema } from './phase.ts';
import { repositorySchema } from './run-plan.ts';

/**
 * What the server may ask of a machine without a run: to read, and to close an orchestration's own file. Said over its doorbell as
 * `errand <json>`, answered by POST /runner-api/errands/:errandId. Nothing keeps it: who asked waits for at most ERRAND_MS, and asks again.
 */
export const ERRAND_MS = 15_000;
export const ERRAND_WORD = 'errand ';

const common = { id: z.string().max(60), repository: repositorySchema };
export const errandSchema = z.discriminatedUnion('kind', [
  /** What a phase would find here. */
  z.object({ kind: z.literal('phase'), ...common, folder: z.string().max(400).nullable(), batchSize: z.number().int().min(1).max(50) }),
  /** A task file's text, by its path in the repository, and what stands beside it. */
  z.object({ kind: z.literal('task_file'), ...common, path: z.string().min(1).max(500) }),
  /** The orchestration's own file, which no living run writes any more, says that it failed, and why. Nothing else is changed. */
  z.object({ kind: z.literal('mark_failed'), ...common, runId: z.string().min(1).max(100), reason: z.string().max(500) }),
]);
export type Errand = z.infer<typeof errandSchema>;

/** An orchestration's own file in the repository. */
export const leftFileSchema = z.object({
  runId: z.string().max(100),
  status: z.string().max(40),
  /** Unix milliseconds. */
  updatedAt: z.number().int().nonnegative(),
  batches: z.object({ done: z.number().int(), total: z.number().int() }),
});
export type LeftFile = z.infer<typeof leftFileSchema>;

export const phaseFoundSchema = z.object({
  kind: z.literal('phase'),
  seen: phaseSeenSchema,
  duplicates: z.array(z.string().max(100)).max(100),
  /** Lines that look like tasks and are none. */
  leftOut: z.array(z.object({ line: z.number().int().positive(), text: z.string().max(300), reason: z.string().max(300) })).max(200),
  /** Of the repository's own: what "Run Workflow" may offer. */
  commands: z.array(repositoryCommandSchema),
  taskFiles: z
    .array(z.object({ path: z.string().max(500), dialect: z.string().max(40), open: z.number().int(), done: z.number().int() }))
    .max(200),
  left: z.array(leftFileSchema).max(50),
});
export type PhaseFound = z.infer<typeof phaseFoundSchema>;

export const taskFileFoundSchema = z.object({
  kind: z.literal('task_file'),
  path: z.string().max(500),
  text: z.string().max(1_000_000),
  /** What says what the tasks are for: spec.md, proposal.md, requirements.md and their like, the first that says most. */
  beside: z.array(z.object({ name: z.string().max(300), text: z.string().max(200_000) })).max(20),
});
export type TaskFileFound = z.infer<typeof taskFileFoundSchema>;

export const errandAnswerSchema = z.discriminatedUnion('kind', [
  phaseFoundSchema,
  taskFileFoundSchema,
  z.object({ kind: z.literal('marked_failed'), runId: z.string().max(100) }),
  /** A sentence for the person who asked. NOT_FOUND: what was named is not there. */
  z.object({ kind: z.literal('failed'), code: z.enum(['NOT_FOUND', 'CONFLICT']).default('CONFLICT'), message: z.string().max(1000) }),
]);
export type ErrandAnswer = z.infer<typeof errandAnswerSchema>;
