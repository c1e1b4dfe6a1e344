import { z } from 'zod';
import { repositorySchema } from './run-plan.ts';
import { linkedRepositorySchema, runnerLoadSchema } from './runners-api.ts';

/**
 * The Cloudflare Queues pull protocol, as served by the Worker for a runner's own token
 * (https://developers.cloudflare.com/queues/configuration/pull-consumers/). The body of a message says which run needs a machine.
 */
export const machineNeedSchema = z.object({
  organisationId: z.string(),
  projectId: z.string(),
  runId: z.string(),
  /** The person whose run it is; null: nobody's. A runner that works for its owner alone asks for it. */
  startedBy: z.string().nullable().default(null),
  /** The run's own clock, so that a doubled or late message is told from a new need; 0: not known. */
  askedAt: z.number().int().default(0),
  needs: z.object({
    repository: z.string(),
    /** Null: not known, any runner may try. */
    repositoryKey: z.string().nullable().default(null),
    /** The type of the agent; null: whatever the repository's configuration says. */
    executor: z.string().nullable().default(null),
    labels: z.array(z.string()).default([]),
    /** Whose quota it used on the machine before, by fingerprint; null: not known. */
    account: z.string().nullable().default(null),
  }),
  /** Where a run begins that no machine had before, to be looked at while the claim is on its way; null: one had it. */
  begin: z.object({ repository: repositorySchema, branch: z.string(), startFrom: z.string().nullable() }).nullable().default(null),
  /** The machine that gave the run back because it cannot do such work for now: what took it out, under which fence. */
  broke: z
    .object({ runnerId: z.string(), fence: z.number().int(), code: z.string(), message: z.string(), agent: z.string().nullable() })
    .nullable()
    .default(null),
});
export type MachineNeed = z.infer<typeof machineNeedSchema>;

export const pullRequestSchema = z.object({
  /** How many more runs the runner has room for; with none it still hears its orders. */
  batch_size: z.number().int().min(0).max(100).default(5),
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

/** What people said of the machine, in each answer to a pull. paused: it takes nothing new. draining: it also hands back what it has, attempt by attempt. */
export const runnerOrdersSchema = z.object({ paused: z.boolean(), draining: z.boolean() });
export type RunnerOrders = z.infer<typeof runnerOrdersSchema>;
export const NO_ORDERS: RunnerOrders = { paused: false, draining: false };

export const pullResultSchema = z.object({
  message_backlog_count: z.number().int(),
  messages: z.array(pulledMessageSchema),
  orders: runnerOrdersSchema.default(NO_ORDERS),
});

export const pullResponseSchema = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })),
  messages: z.array(z.unknown()),
  result: pullResultSchema,
});

/**
 * Said over the doorbell before the JSON of a pull's result, to the one machine that can do what was just asked for: it is spared the pull.
 * It acknowledges as after a pull; what it cannot take it gives back.
 */
export const OFFER_WORD = 'offer ';

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
  /** What the owner linked; null: it serves every repository (the runner of an embedded server). */
  repositories: z.array(linkedRepositorySchema).max(1000).nullable().default(null),
  /** Types and ids of agents that it can run: opencode, claude-code, command. */
  agents: z.array(z.string().max(100)).max(50).default([]),
  /** Whose quota each agent uses: a fingerprint of the key (as in Configuration), never the key. */
  accounts: z
    .array(z.object({ agent: z.string().max(100), fingerprint: z.string().max(100) }))
    .max(50)
    .default([]),
  load: runnerLoadSchema.nullable().default(null),
});
/** What is left out has the schema's default: a runner of the version before does not tell it. */
export type AnnounceLife = z.input<typeof announceLifeSchema>;

/** POST /runner-api/lives/report: what changed since the runner last told of itself; at most each half minute. */
export const reportLifeSchema = z.object({
  load: runnerLoadSchema.nullable(),
  /** Kinds of work that the machine does not take for now. `forMs`: how long already, for clocks differ. */
  faults: z.array(z.object({ kind: z.string().max(100), message: z.string().max(500), forMs: z.number().nonnegative() })).max(50),
  /** It was told on the machine itself to take nothing new. */
  draining: z.boolean(),
  /** Given when links changed while it runs. */
  repositories: z.array(linkedRepositorySchema).max(1000).nullable().optional(),
});
export type ReportLife = z.infer<typeof reportLifeSchema>;
