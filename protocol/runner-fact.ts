import { z } from 'zod';
import { diagnosisSchema } from './diagnosis.ts';
import { stepSchema } from './job.ts';
import { phaseSeenSchema } from './phase.ts';
import { questionIdSchema, questionsSchema } from './question.ts';
import { configurationSchema } from './run-plan.ts';
import { usageSchema } from './usage.ts';
import { verdictSchema } from './verdict.ts';

/**
 * What a runner saw. Facts are numbered from 1 under each fence, journalled on the runner's disk, and kept there until
 * the run's object has confirmed them. `atMs` is the runner's monotonic time since its lease began: never a date.
 */
const common = { atMs: z.number().nonnegative() };
const ofJob = { ...common, jobId: z.string().max(300) };
/** A commit's name as git prints it. Whatever it is, it can be neither an option nor a path. */
const commitSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/);

/** How an attempt ended. A fault is the runner's or the provider's: it never spends an attempt. */
export const jobResultSchema = z.enum([
  'passed',
  'needs_fix',
  'rejected',
  'checks_failed',
  'unchanged',
  /** Of a phase: the agent ended well, and the repository does not say so. */
  'unconfirmed',
  /** The merge met a conflict, a moved branch or a refused push: a person must see to it. */
  'merge_refused',
  /** Of a heal: the failure is none that an agent can mend here. No heal was spent. */
  'unhealable',
  'agent_failed',
  'runner_fault',
  'provider_fault',
  'over_budget',
  'stopped',
]);
export type JobResult = z.infer<typeof jobResultSchema>;

/** Why an agent failed, or whose fault it was. */
export const FAILURE_CODES = [
  'AGENT_TIMEOUT',
  'AGENT_SILENT',
  'AGENT_CRASHED',
  'AGENT_GARBAGE',
  'AGENT_STEP_LIMIT',
  'AGENT_REFUSED',
  'AGENT_MISSING',
  'AGENT_FLOODED',
  'REVIEW_INVALID',
  'PROVIDER_AUTH',
  'PROVIDER_LIMIT',
  'PROVIDER_DOWN',
  'BRANCH_MOVED',
  'COMMIT_REFUSED',
  'SETUP_FAILED',
  'DISK_FULL',
  'REPOSITORY_MISSING',
  'REPOSITORY_BROKEN',
  'CONFIGURATION_INVALID',
  'LEASE_UNSURE',
  'MERGE_CONFLICT',
  'CHECKOUT_IN_USE',
  'PUSH_REFUSED',
  'NO_BASE_BRANCH',
  'INTERNAL',
] as const;
export const failureCodeSchema = z.enum(FAILURE_CODES);
export type FailureCode = z.infer<typeof failureCodeSchema>;

const reconciledFact = z.object({
  kind: z.literal('reconciled'),
  ...common,
  branch: z.string(),
  /** The branch's head now; what the branch began from. */
  head: commitSchema,
  base: commitSchema,
  /** Chunks whose promotion the branch's trailers prove, oldest first. */
  promoted: z.array(z.object({ chunkId: z.string(), attempt: z.number().int(), commit: commitSchema, verdict: z.string() })),
  configuration: configurationSchema,
  /** What the person should know: a detached HEAD, ignored configuration keys, no checks found. */
  warnings: z.array(z.string().max(1000)).max(20),
  phase: phaseSeenSchema.optional(),
  /** With a phase: the machine's own copy of the repository, for a person who goes on by hand there. */
  clone: z.string().max(1000).optional(),
});

/** What the run's branch says of its phase: after each lease's reconcile, and before each job's end. */
const phaseSeenFact = z.object({ kind: z.literal('phase_seen'), ...common, seen: phaseSeenSchema });

/** The run cannot begin or go on here: a wrong configuration file, a missing repository. */
const refusedFact = z.object({
  kind: z.literal('reconcile_failed'),
  ...common,
  code: failureCodeSchema,
  message: z.string().max(4000),
  file: z.string().nullable(),
  line: z.number().int().nullable(),
});

const stepStartedFact = z.object({ kind: z.literal('step_started'), ...ofJob, step: stepSchema });
const stepEndedFact = z.object({
  kind: z.literal('step_ended'),
  ...ofJob,
  step: stepSchema,
  ok: z.boolean(),
  durationMs: z.number().nonnegative(),
  message: z.string().max(2000).nullable(),
});

const agentStartedFact = z.object({
  kind: z.literal('agent_started'),
  ...ofJob,
  role: z.enum(['executor', 'reviewer']),
  agent: z.string(),
  type: z.string(),
  version: z.string().nullable(),
  model: z.string().nullable(),
  sessionId: z.string().nullable(),
});

const toolCalledFact = z.object({
  kind: z.literal('tool_called'),
  ...ofJob,
  callId: z.string(),
  tool: z.string().max(200),
  status: z.enum(['pending', 'running', 'completed', 'failed']),
  title: z.string().max(500),
  /** The input, masked and cut, as text a person can read. */
  input: z.string().max(4000),
  /** The end of the output so far, masked and cut. */
  output: z.string().max(4000),
});

/** A part of the agent's text is whole; its piece holds it. Streaming text is no fact. */
const textWrittenFact = z.object({
  kind: z.literal('text_written'),
  ...ofJob,
  part: z.string(),
  role: z.enum(['text', 'thought']),
  piece: z.string(),
  excerpt: z.string().max(500),
});

const agentRetriedFact = z.object({
  kind: z.literal('agent_retried'),
  ...ofJob,
  reason: z.string().max(1000),
  waitMs: z.number().nonnegative().nullable(),
});

const usageFact = z.object({
  kind: z.literal('usage_reported'),
  ...ofJob,
  /** The sum for this job so far: it replaces what was reported before. */
  usage: usageSchema,
});

const checkEndedFact = z.object({
  kind: z.literal('check_ended'),
  ...ofJob,
  name: z.string().max(200),
  command: z.string().max(2000),
  required: z.boolean(),
  exitCode: z.number().int().nullable(),
  durationMs: z.number().nonnegative(),
  piece: z.string(),
  tail: z.string().max(4000),
});

const reviewEndedFact = z.object({ kind: z.literal('review_ended'), ...ofJob, verdict: verdictSchema });

/** The agent waits for a person; one question of a job at a time. Its deadline, silence and the run's clock stand until it is closed. */
const questionAskedFact = z.object({
  kind: z.literal('question_asked'),
  ...ofJob,
  questionId: questionIdSchema,
  questions: questionsSchema,
});

/** answered: the answers are with the agent, which goes on. withdrawn: nobody waits for them any more. */
const questionClosedFact = z.object({
  kind: z.literal('question_closed'),
  ...ofJob,
  questionId: questionIdSchema,
  reason: z.enum(['answered', 'withdrawn']),
});

/** Before a heal: what a model makes of the failure. */
const diagnosedFact = z.object({
  kind: z.literal('diagnosed'),
  ...ofJob,
  /** Null: there is none, and `message` says why. */
  diagnosis: diagnosisSchema.nullable(),
  message: z.string().max(1000),
  /** Of the diagnosis alone; it is part of the job's usage. */
  usage: usageSchema,
});

/** Hooks, publishing, clean-up: worth telling, decides nothing. */
const noticedFact = z.object({
  kind: z.literal('noticed'),
  ...common,
  jobId: z.string().nullable(),
  level: z.enum(['info', 'warning']),
  message: z.string().max(2000),
});

/** The job waits at a step's border because the run is pausing. */
const jobHeldFact = z.object({ kind: z.literal('job_held'), ...ofJob, next: stepSchema });

const jobEndedFact = z.object({
  kind: z.literal('job_ended'),
  ...ofJob,
  result: jobResultSchema,
  code: failureCodeSchema.nullable(),
  message: z.string().max(4000),
  /** The branch's new head; only with `passed`. */
  commit: commitSchema.nullable(),
  /** The attempt's tree as a commit under refs/specwright/; null when nothing was changed or reached. */
  snapshot: commitSchema.nullable(),
  /** What the agent says it did: context for chunks that depend on this one. */
  summary: z.string().max(8000),
  diffPiece: z.string().nullable(),
  diffStat: z.object({ files: z.number().int(), added: z.number().int(), removed: z.number().int() }).nullable(),
  usage: usageSchema,
  durationMs: z.number().nonnegative().max(1e12),
  /** With a fault: how long to wait before the next try; null: a person must act. */
  retryAfterMs: z.number().nonnegative().nullable(),
});

export const runnerFactSchema = z.discriminatedUnion('kind', [
  reconciledFact,
  refusedFact,
  stepStartedFact,
  stepEndedFact,
  agentStartedFact,
  toolCalledFact,
  textWrittenFact,
  agentRetriedFact,
  usageFact,
  checkEndedFact,
  reviewEndedFact,
  noticedFact,
  phaseSeenFact,
  questionAskedFact,
  questionClosedFact,
  diagnosedFact,
  jobHeldFact,
  jobEndedFact,
]);
export type RunnerFact = z.infer<typeof runnerFactSchema>;
export type FactOf<K extends RunnerFact['kind']> = Extract<RunnerFact, { kind: K }>;
