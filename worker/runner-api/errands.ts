import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { errandAnswerSchema } from '@specwright/protocol/errand.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';

/** A machine answers what a person asked of it. 404: nobody waits for it any more. */
export const errands = new Hono<App>().post('/runner-api/errands/:errandId', body(errandAnswerSchema), async (c) => {
  const { id, organisationId } = c.get('runner');
  const heard = await dispatchPort(c.env, organisationId).errandAnswered(id, c.req.param('errandId'), c.req.valid('json'));
  return heard ? c.body(null, 204) : refused(c, { code: 'NOT_FOUND', message: 'Nobody waits for this answer any more.' });
});
