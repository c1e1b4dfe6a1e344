import { isRefusal } from '@specwright/protocol/error-code.ts';
import { type RegisteredRunner, registerLocalRunnerSchema } from '@specwright/protocol/runners-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { hashToken, newToken } from '../door/secret.ts';
import { registerRunner } from '../machines/register.ts';
import { setTokenHash } from '../store/runners.ts';

/** Registers a runner of this machine: it works for everybody here. The same name again is the same runner, with the key that it has now. */
export const localRunners = new Hono<App>().post(
  '/api/local/runners',
  body(registerLocalRunnerSchema.partial({ publicKey: true })),
  async (c) => {
    const { organisationId, organisationName, userId } = c.get('caller');
    const { name, publicKey = '', anyRepository } = c.req.valid('json');
    const runner = { organisationId, ownerId: userId, name, publicKey, labels: [], sharing: 'organisation' as const, anyRepository };
    const runnerId = await registerRunner(c.env, runner);
    if (isRefusal(runnerId)) return refused(c, runnerId);
    c.set('audit', { target: { kind: 'runner', id: runnerId, name } });
    // Of a runner that has no key pair yet.
    const token = publicKey === '' ? await giveToken(c.env.DB, runnerId) : undefined;
    return c.json(
      { runnerId, token, name, organisation: { id: organisationId, name: organisationName } } satisfies RegisteredRunner & {
        token: string | undefined;
      },
      201,
    );
  },
);

async function giveToken(d1: D1Database, runnerId: string): Promise<string> {
  const token = newToken('swr');
  await setTokenHash(d1, runnerId, await hashToken(token));
  return token;
}
