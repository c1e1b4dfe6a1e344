import { isRefusal } from '@specwright/protocol/error-code.ts';
import { type RegisteredRunner, registerLocalRunnerSchema } from '@specwright/protocol/runners-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { registerRunner } from '../machines/register.ts';

/** Registers a runner of this machine: it works for everybody here. The same name again is the same runner, with the key that it has now. */
export const localRunners = new Hono<App>().post('/api/local/runners', body(registerLocalRunnerSchema), async (c) => {
  const { organisationId, organisationName, userId } = c.get('caller');
  const { name, publicKey, anyRepository } = c.req.valid('json');
  const runner = { organisationId, ownerId: userId, name, publicKey, labels: [], sharing: 'organisation' as const, anyRepository };
  const runnerId = await registerRunner(c.env, runner);
  if (isRefusal(runnerId)) return refused(c, runnerId);
  c.set('audit', { target: { kind: 'runner', id: runnerId, name } });
  return c.json({ runnerId, name, organisation: { id: organisationId, name: organisationName } } satisfies RegisteredRunner, 201);
});
