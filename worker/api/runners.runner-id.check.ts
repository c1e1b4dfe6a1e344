import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { Hono } from 'hono';
import { mayCall } from '../access.ts';
import type { App } from '../door/app-types.ts';
import { absent, refused } from '../door/error.ts';
import { findRunner } from '../store/runners.ts';

/** "Check again": what was found wrong with a machine is forgotten, and it tells anew what it finds. */
export const runnerCheck = new Hono<App>().post('/api/runners/:runnerId/check', async (c) => {
  const { organisationId, userId, role } = c.get('caller');
  const row = await findRunner(c.env.DB, organisationId, c.req.param('runnerId'));
  if (!row) return absent(c);
  if (userId !== row.ownerId && !mayCall(role, 'admin'))
    return refused(c, { code: 'FORBIDDEN', message: 'Only the machine’s owner, and admins, may do this.' });
  await dispatchPort(c.env, organisationId).checkRunner(row.id);
  c.set('audit', { target: { kind: 'runner', id: row.id, name: row.name } });
  return c.body(null, 204);
});
