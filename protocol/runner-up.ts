import { z } from 'zod';
import { runnerFactSchema } from './runner-fact.ts';

/** What a runner may say on its socket to a run. The text `ping` is answered `pong` by the platform and wakes nobody. */
export const claimSchema = z.object({
  type: z.literal('claim'),
  wire: z.number().int(),
  lifeId: z.string(),
  runnerName: z.string().max(200),
  /** The fence this life held before its socket closed; null: a first claim. */
  fence: z.number().int().nullable(),
});

/** Numbered facts. `first` to `last` are consecutive; pieces that the facts name travel in `pieces`, ahead of them. */
export const factsSchema = z.object({
  type: z.literal('facts'),
  /** The fence under which the facts were seen: an older one makes them evidence, never results. */
  fence: z.number().int(),
  first: z.number().int().positive(),
  last: z.number().int().positive(),
  facts: z.array(runnerFactSchema).min(1).max(500),
  pieces: z.array(z.object({ hash: z.string(), text: z.string() })).max(500),
  /** The credential of every job that the facts name, by the job's id: it came with the job. Without it the frame is dropped. */
  credentials: z.record(z.string().max(300), z.string().max(100)),
});
export type FactsFrame = z.infer<typeof factsSchema>;

/** Streaming text: unnumbered, unstored, sent only while someone watches. `offset` counts UTF-16 units from the part's start. */
export const textFrameSchema = z.object({
  type: z.literal('text'),
  jobId: z.string(),
  part: z.string(),
  role: z.enum(['text', 'thought', 'output']),
  offset: z.number().int().nonnegative(),
  text: z.string(),
});
export type TextFrame = z.infer<typeof textFrameSchema>;

/** Before a branch moves after a gap on the runner's clock: is the lease still mine? */
export const confirmLeaseSchema = z.object({ type: z.literal('confirm_lease'), fence: z.number().int() });

export const runnerUpSchema = z.discriminatedUnion('type', [claimSchema, factsSchema, textFrameSchema, confirmLeaseSchema]);
export type RunnerUp = z.infer<typeof runnerUpSchema>;
export type Claim = z.infer<typeof claimSchema>;
