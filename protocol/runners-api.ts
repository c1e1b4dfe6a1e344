import { z } from 'zod';

/** Bodies and answers of the routes about machines. Times: Unix milliseconds. */

export const RUNNER_SHARING = ['owner', 'projects', 'organisation'] as const;
/** owner: works for runs that its owner started. projects: also for every run of these projects. organisation: for all. */
export type RunnerSharing = (typeof RUNNER_SHARING)[number];

/** busy: online with work. draining: takes nothing new. paused: takes nothing until a person resumes it. */
export type RunnerStatus = 'online' | 'busy' | 'draining' | 'paused' | 'offline';

const runnerNameSchema = z
  .string()
  .trim()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/,
    'Letters, digits, spaces, dots, dashes and underscores; at most 63; begin with a letter or digit.',
  );
const labelSchema = z.string().regex(/^[a-z0-9][a-z0-9._:-]{0,39}$/, 'Small letters, digits, dots, dashes, colons; at most 40.');
/** The raw 32 bytes of an Ed25519 public key in base64url. */
export const publicKeySchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** POST /api/runners, by the person who signs the machine in; the same name again gives that machine the new key, and the labels if any are said. */
export const registerRunnerSchema = z.object({
  name: runnerNameSchema,
  publicKey: publicKeySchema,
  labels: z.array(labelSchema).max(20).default([]),
  sharing: z.enum(RUNNER_SHARING).default('owner'),
  /** Where; left out: the organisation that the caller works in. A device's flow tells it in its scope: see approvedOrganisation. */
  organisationId: z.string().max(60).optional(),
});
export interface RegisteredRunner {
  runnerId: string;
  name: string;
  organisation: { id: string; name: string };
}

export const createRegistrationTokenSchema = z.object({
  labels: z.array(labelSchema).max(20).default([]),
  sharing: z.enum(RUNNER_SHARING).default('organisation'),
});
/** Good once and for one hour; `token` is shown this once. */
export interface CreatedRegistrationToken {
  id: string;
  token: string;
  expiresAt: number;
}
export interface RegistrationToken {
  id: string;
  createdBy: string;
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
  runnerId: string | null;
}

/** POST /api/local/runners: the machine of an embedded server. The same name again gives it the new key. Answers RegisteredRunner. */
export const registerLocalRunnerSchema = z.object({
  name: runnerNameSchema,
  publicKey: publicKeySchema,
  /** It serves every repository of its organisation. */
  anyRepository: z.boolean().default(true),
});

/** POST /runner-api/register, without a person. Answers RegisteredRunner. */
export const registerByTokenSchema = z.object({ token: z.string().min(20).max(200), name: runnerNameSchema, publicKey: publicKeySchema });

/** POST /runner-api/challenges: the server's words to sign, good for one minute. */
export const challengeRequestSchema = z.object({ runnerId: z.string().max(60) });
export interface Challenge {
  challenge: string;
}
/** POST /runner-api/tokens: the Ed25519 signature (base64url) over the challenge's UTF-8 bytes. */
export const tokenRequestSchema = z.object({ challenge: z.string().max(500), signature: z.string().max(200) });
/** A bearer token; `expiresInMs` is a duration, for clocks differ. */
export interface RunnerToken {
  token: string;
  expiresInMs: number;
}

/** A repository that the owner linked on the machine. `key`: see repositoryKey; `name`: the last part of its path or URL. Paths stay on the machine. */
export const linkedRepositorySchema = z.object({ key: z.string().regex(/^[0-9a-f]{64}$/), name: z.string().max(200) });
export type LinkedRepository = z.infer<typeof linkedRepositorySchema>;

export const runnerLoadSchema = z.object({
  /** Load average of one minute over the number of cores. */
  cpu: z.number().nonnegative(),
  /** Bytes. */
  freeMemory: z.number().nonnegative(),
  freeDisk: z.number().nonnegative(),
  /** Bytes of this runner's worktrees. */
  worktrees: z.number().nonnegative(),
  /** Bytes of its clones of repositories. */
  clones: z.number().nonnegative().optional(),
  /** What both may take: above it the machine cleans up, and takes no second run. Left out: no limit. */
  worktreesLimit: z.number().positive().optional(),
});
export type RunnerLoad = z.infer<typeof runnerLoadSchema>;

/** GET /api/runners and /api/runners/:runnerId. */
export interface RunnerInfo {
  id: string;
  name: string;
  status: RunnerStatus;
  online: boolean;
  lastSeenAt: number | null;
  /** When it went offline, as far as is known. */
  offlineSince: number | null;
  version: string | null;
  slots: number;
  labels: string[];
  note: string | null;
  owner: { id: string; name: string };
  sharing: RunnerSharing;
  projectIds: string[];
  /** What people set, whatever its status is: an offline machine may be paused too. */
  paused: boolean;
  draining: boolean;
  /** Null: it serves every repository (the runner of an embedded server). */
  repositories: LinkedRepository[] | null;
  load: RunnerLoad | null;
  jobs: { runId: string; projectId: string; specId: string; specTitle?: string }[];
  found: { name: string; version: string | null; detail: string | null; ok: boolean }[];
  /** Kinds of work it was taken out for, each with the reason. */
  faults: { kind: string; message: string; since: number }[];
}

export const updateRunnerSchema = z.object({
  name: runnerNameSchema.optional(),
  labels: z.array(labelSchema).max(20).optional(),
  note: z.string().trim().max(300).nullable().optional(),
  paused: z.boolean().optional(),
  draining: z.boolean().optional(),
  sharing: z.enum(RUNNER_SHARING).optional(),
  projectIds: z.array(z.string()).max(200).optional(),
});
export type UpdateRunner = z.infer<typeof updateRunnerSchema>;

/** The client ids and scopes with which a device's flow begins: a machine names itself in its scope, "runner <name>". */
export const DEVICE_CLIENTS = { runner: 'specwright-runner', cli: 'specwright-cli' } as const;

/** The name in a device's scope, "runner <name>"; null: the scope is not a machine's. */
export function machineNameOf(scope: string | null): string | null {
  return /^runner (.+?)(?: labels:\S+)?(?: organisation:\S+)?$/.exec(scope ?? '')?.[1] ?? null;
}

/** The organisation that the approving person chose: the scope that comes with the bearer token ends with " organisation:<id>". */
export function approvedOrganisation(scope: string | null): string | null {
  return / organisation:(\S+)$/.exec(scope ?? '')?.[1] ?? null;
}

/** The labels that the approving person gave the machine: they stand before its organisation. */
export function approvedLabels(scope: string | null): string[] {
  return / labels:(\S+) organisation:\S+$/.exec(scope ?? '')?.[1]?.split(',') ?? [];
}

/**
 * POST /api/devices/:userCode/approve: where the machine or the command line is let in; left out: the caller's organisation. And the labels of
 * a machine; none: it keeps those that it has.
 */
export const approveDeviceSchema = z.object({
  organisationId: z.string().optional(),
  labels: z.array(labelSchema).max(20).default([]),
});
export interface ApprovedDevice {
  machineName: string | null;
  organisation: { id: string; name: string };
}

/** GET /api/devices/:userCode: what asks to be let in. */
export interface DeviceRequest {
  userCode: string;
  /** The name that the machine gave itself; null when the request is for the command line, not for a machine. */
  machineName: string | null;
  status: 'pending' | 'approved' | 'denied' | 'expired';
  expiresAt: number;
}
