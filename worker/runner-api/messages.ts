import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { ackRequestSchema, pullRequestSchema } from '@specwright/protocol/pull.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';

/** The pull protocol of Cloudflare Queues over the organisation's needs. `batch_size`: how many more runs the runner has room for. */
export const messages = new Hono<App>()
  .post('/runner-api/messages/pull', body(pullRequestSchema), async (c) => {
    const { id, organisationId } = c.get('runner');
    return c.json(success(await dispatchPort(c.env, organisationId).pull(id, c.req.valid('json').batch_size)));
  })
  .post('/runner-api/messages/ack', body(ackRequestSchema), async (c) => {
    const { acks, retries } = c.req.valid('json');
    const leases = acks.map((ack) => ack.lease_id);
    const later = retries.map(({ lease_id, delay_seconds = 0 }) => ({ leaseId: lease_id, delayMs: delay_seconds * 1000 }));
    return c.json(success(await dispatchPort(c.env, c.get('runner').organisationId).ack(leases, later)));
  });

function success<T>(result: T) {
  return { success: true, errors: [], messages: [], result };
}
