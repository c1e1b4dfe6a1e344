import { z } from 'zod';
import { phaseJobSchema } from './phase.ts';
import { chunkTextSchema } from './run-plan.ts';
import { verdictSchema } from './verdict.ts';

/** The steps of an attempt, in order. The runner carries them out with no decision in between and ends early at the first that fails. */
export const STEPS = ['prepare', 'execute', 'verify', 'review', 'promote'] as const;
/** A phase's own: confirm asks the repository whether what the agent says is so; merge is the runner's. */
export const PHASE_STEPS = ['prepare', 'execute', 'confirm', 'verify', 'promote'] as const;
export const stepSchema = z.enum([...STEPS, 'confirm', 'merge']);
export type Step = z.infer<typeof stepSchema>;

/** do: the chunk's first or repeated attempt. fix: goes on from its parent's work. heal: after a verdict of fail. */
export const attemptKindSchema = z.enum(['do', 'fix', 'heal']);
export type AttemptKind = z.infer<typeof attemptKindSchema>;

/** Why the attempt before did not pass: evidence for the next attempt's prompt and its review. */
export const feedbackSchema = z.object({
  attempt: z.number().int(),
  outcome: z.string(),
  message: z.string(),
  verdict: verdictSchema.nullable(),
  failedChecks: z.array(z.object({ name: z.string(), command: z.string(), exitCode: z.number().int().nullable(), output: z.string() })),
});
export type Feedback = z.infer<typeof feedbackSchema>;

/** One attempt, handed to the runner that holds the lease. */
export const jobSchema = z.object({
  id: z.string(),
  runId: z.string(),
  chunkId: z.string(),
  /** The chunk whose work this attempt goes on from; the chunk itself unless it is a fix. */
  rootChunkId: z.string(),
  fence: z.number().int().positive(),
  /** Counts from 1, over a chunk and its fixes together. */
  attempt: z.number().int().positive(),
  maxAttempts: z.number().int().positive(),
  kind: attemptKindSchema,
  title: z.string(),
  key: z.string(),
  /** The branch's head this attempt stands on; the commit its promotion expects there. */
  baseCommit: z.string(),
  /** The snapshot commit to go on from; null: from baseCommit. */
  continueFrom: z.string().nullable(),
  spec: z.object({ title: z.string(), text: z.string() }),
  text: chunkTextSchema,
  /** Summaries of the chunks that this one depends on. */
  context: z.array(z.object({ key: z.string(), title: z.string(), summary: z.string() })),
  feedback: z.array(feedbackSchema),
  /** Of Complete Phase alone: such a job has the steps of PHASE_STEPS, a merge only `merge`. */
  phase: phaseJobSchema.optional(),
  /** The part of the run's budget that this attempt may use; the runner stops at it. null: no limit. */
  limits: z.object({ costMicros: z.number().int().nonnegative().nullable(), tokens: z.number().int().nonnegative().nullable() }),
});
export type Job = z.infer<typeof jobSchema>;
