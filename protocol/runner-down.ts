import { z } from 'zod';
import { jobSchema } from './job.ts';
import { orchestrationConfigSchema } from './phase.ts';
import { answersSchema, questionIdSchema } from './question.ts';
import { repositorySchema, runSettingsSchema } from './run-plan.ts';

/** What a run may say to the runner on its socket. */
export const grantedSchema = z.object({
  type: z.literal('granted'),
  leaseId: z.string(),
  fence: z.number().int().positive(),
  /** A duration, never a date: how long the lease outlives the last answered ping. */
  leaseMs: z.number().int().positive(),
  /** The last fact number the object holds for each fence it knows. */
  received: z.record(z.string(), z.number().int()),
  run: z.object({
    id: z.string(),
    projectId: z.string(),
    organisationId: z.string(),
    specTitle: z.string(),
    repository: repositorySchema,
    branch: z.string(),
    /** A branch of an earlier run of this spec to begin from, unless the default branch already holds it. */
    startFrom: z.string().nullable(),
    /** The commit the object knows as the branch's last good head; null: none yet. */
    head: z.string().nullable(),
    settings: runSettingsSchema,
    /** A phase's plan; what it looks at is told with `reconciled`. */
    phase: z.object({ config: orchestrationConfigSchema, folder: z.string().nullable() }).optional(),
  }),
});
export type Granted = z.infer<typeof grantedSchema>;

const notYetSchema = z.object({ type: z.literal('not_yet'), retryInMs: z.number().int().nonnegative(), message: z.string() });
/** The run is at rest, or another runner has it: forget it, keep the journal until the object has its facts. */
const goneSchema = z.object({ type: z.literal('gone'), message: z.string() });
/** `credential`: good for this job alone; facts and uploads of the job carry it. The runner keeps it beside its journal, never near the agent. */
const jobMessageSchema = z.object({ type: z.literal('job'), job: jobSchema, credential: z.string() });
const confirmedSchema = z.object({ type: z.literal('confirmed'), fence: z.number().int(), upTo: z.number().int() });
/** Reset the branch to this commit before the next job: what stands above it was not adopted. */
const resetSchema = z.object({ type: z.literal('reset'), commit: z.string() });
const stopSchema = z.object({ type: z.literal('stop'), jobId: z.string() });
/** Wait at the next border between steps; `go_on` ends the wait. */
const holdSchema = z.object({ type: z.literal('hold'), jobId: z.string() });
const goOnSchema = z.object({ type: z.literal('go_on'), jobId: z.string() });
/** A person's answers; said again after each claim until the runner closes the question. */
const answerSchema = z.object({ type: z.literal('answer'), jobId: z.string(), questionId: questionIdSchema, answers: answersSchema });
/** The run is at rest or the lease has ended: end the agent's server, remove the worktree, close. */
const releasedSchema = z.object({ type: z.literal('released'), message: z.string() });
/** The run's own account, to be written into the repository's working folder. */
const workflowFileSchema = z.object({ type: z.literal('workflow_file'), text: z.string().max(1_000_000) });
const watchSchema = z.object({ type: z.literal('watch'), on: z.boolean() });
const leaseConfirmedSchema = z.object({ type: z.literal('lease_confirmed'), fence: z.number().int(), held: z.boolean() });
const badFrameSchema = z.object({ type: z.literal('bad_frame'), message: z.string() });

export const runnerDownSchema = z.discriminatedUnion('type', [
  grantedSchema,
  notYetSchema,
  goneSchema,
  jobMessageSchema,
  confirmedSchema,
  resetSchema,
  stopSchema,
  holdSchema,
  goOnSchema,
  answerSchema,
  releasedSchema,
  workflowFileSchema,
  watchSchema,
  leaseConfirmedSchema,
  badFrameSchema,
]);
export type RunnerDown = z.infer<typeof runnerDownSchema>;
