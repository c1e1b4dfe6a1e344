import { z } from 'zod';

/**
 * The Cloudflare Queues pull protocol, as served by the Worker for a runner's own token
 * (https://developers.cloudflare.com/queues/configuration/pull-consumers/). The body of a message says which run needs a machine.
 */
export const machineNeedSchema = z.object({
  organisationId: z.string(),
  projectId: z.string(),
  runId: z.string(),
  needs: z.object({ repository: z.string() }),
});
export type MachineNeed = z.infer<typeof machineNeedSchema>;

export const pullRequestSchema = z.object({
  batch_size: z.number().int().min(1).max(100).default(5),
  /** The visibility: how long a pulled message is hidden from others. Dispatch holds it to 5 s. */
  visibility_timeout_ms: z.number().int().min(1000).max(43_200_000).optional(),
});

export const pulledMessageSchema = z.object({
  id: z.string(),
  /** base64 of the JSON of a MachineNeed. */
  body: z.string(),
  timestamp_ms: z.number().int(),
  attempts: z.number().int(),
  lease_id: z.string(),
  metadata: z.record(z.string(), z.string()),
});
export type PulledMessage = z.infer<typeof pulledMessageSchema>;

export const pullResponseSchema = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })),
  messages: z.array(z.unknown()),
  result: z.object({ message_backlog_count: z.number().int(), messages: z.array(pulledMessageSchema) }),
});

export const ackRequestSchema = z.object({
  acks: z.array(z.object({ lease_id: z.string() })).default([]),
  retries: z.array(z.object({ lease_id: z.string(), delay_seconds: z.number().int().nonnegative().optional() })).default([]),
});

/** The message on the jobs Queue. */
export const jobsQueueMessageSchema = z.object({ kind: z.literal('machine_needed'), need: machineNeedSchema });
export type JobsQueueMessage = z.infer<typeof jobsQueueMessageSchema>;

/** A runner announces a new life of its process; lives that it names as over lose their leases at once. */
export const announceLifeSchema = z.object({
  wire: z.number().int(),
  lifeId: z.string(),
  endedLives: z.array(z.string()).max(100),
  version: z.string(),
  slots: z.number().int().min(1).max(64),
  /** What the machine has: git, opencode, claude, and which model key (its name, never its value). */
  found: z.array(z.object({ name: z.string(), version: z.string().nullable(), detail: z.string().nullable(), ok: z.boolean() })).max(50),
});
export type AnnounceLife = z.infer<typeof announceLifeSchema>;
