import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import type { Refusal } from '@specwright/protocol/error-code.ts';
import { prioritiseSchema } from '@specwright/protocol/workers-api.ts';
import { type Context, Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { actorOf } from '../run-plan/start-run.ts';

/** One entry of a queue. What has just begun is not removed (RUN_ACTIVE): it is stopped as a worker. */
export const queueEntry = new Hono<App>()
  .patch('/api/queue/:runId', body(prioritiseSchema), async (c) => {
    const { priority } = c.req.valid('json');
    const caller = c.get('caller');
    const refusal = await dispatchPort(c.env, caller.organisationId).prioritise(c.req.param('runId'), priority, actorOf(caller));
    return answer(c, refusal, { priority });
  })
  .delete('/api/queue/:runId', async (c) => {
    const caller = c.get('caller');
    return answer(c, await dispatchPort(c.env, caller.organisationId).remove(c.req.param('runId'), actorOf(caller)), {});
  });

function answer(c: Context<App>, refusal: Refusal | null, details: Record<string, unknown>): Response {
  if (refusal) return refused(c, refusal);
  c.set('audit', { details });
  return c.body(null, 204);
}
