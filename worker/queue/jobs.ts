import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import { jobsQueueMessageSchema, type MachineNeed } from '@specwright/protocol/pull.ts';
import { logLine } from '../door/log.ts';
import type { WorkerEnv } from '../environment.ts';
import { findRun } from '../store/runs.ts';

/** The consumer of the queue "jobs". Twice is harmless; a message that fails comes again by itself, the others do not. */
export async function consumeJobs(batch: MessageBatch<unknown>, env: WorkerEnv): Promise<void> {
  await Promise.all(batch.messages.map((message) => consume(message, env)));
}

async function consume(message: Message<unknown>, env: WorkerEnv): Promise<void> {
  const parsed = jobsQueueMessageSchema.safeParse(message.body);
  if (!parsed.success) {
    logLine('error', { event: 'bad_queue_message', messageId: message.id, reason: parsed.error.issues[0]?.message });
    return message.ack();
  }
  const { need } = parsed.data;
  const isTheirs = await belongs(env, need).catch(() => null);
  if (isTheirs === false) {
    logLine('error', { event: 'foreign_queue_message', messageId: message.id, runId: need.runId, organisationId: need.organisationId });
    return message.ack();
  }
  // Whoever cannot be asked about waits.
  const failed = isTheirs
    ? await dispatchPort(env, need.organisationId)
        .enqueue(need)
        .then(() => null)
        .catch((error: unknown) => error)
    : 'the run could not be asked';
  if (failed === null) return message.ack();
  logLine('error', { event: 'enqueue_failed', runId: need.runId, reason: String(failed) });
  message.retry({ delaySeconds: Math.min(60, 2 ** message.attempts) });
}

/** A message speaks of a run of that organisation and project, or it is dropped: who can write to the queue can give no machine's time away. */
async function belongs(env: WorkerEnv, { runId, organisationId, projectId }: MachineNeed): Promise<boolean> {
  const row = await findRun(env.DB, organisationId, runId);
  if (row) return row.projectId === projectId;
  // D1 may hear of a run later than the queue: the run itself knows.
  const state = (await runPort(env, runId).view())?.state;
  return state?.organisationId === organisationId && state.projectId === projectId;
}
