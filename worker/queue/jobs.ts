import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { jobsQueueMessageSchema } from '@specwright/protocol/pull.ts';
import { logLine } from '../door/log.ts';
import type { WorkerEnv } from '../environment.ts';

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
  const failed = await dispatchPort(env, need.organisationId)
    .enqueue(need)
    .then(() => null)
    .catch((error: unknown) => error);
  if (failed === null) return message.ack();
  logLine('error', { event: 'enqueue_failed', runId: need.runId, reason: String(failed) });
  message.retry({ delaySeconds: Math.min(60, 2 ** message.attempts) });
}
