import { isRefusal } from '@specwright/protocol/error-code.ts';
import { type RegisteredRunner, registerByTokenSchema } from '@specwright/protocol/runners-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { hashToken } from '../door/secret.ts';
import { nameRefusal, registerRunner } from '../machines/register.ts';
import { findOrganisationName } from '../store/organisation-name.ts';
import { findGoodToken, noteMachine, spendToken } from '../store/registration-tokens.ts';

const SPENT = {
  code: 'LINK_SPENT',
  message: 'This registration token was used or revoked, or is older than one hour. Make a new one on the page of machines.',
} as const;

/** A machine without a person registers itself by a token, which is good once. A name that is taken spends nothing. */
export const register = new Hono<App>().post('/runner-api/register', body(registerByTokenSchema), async (c) => {
  const { token, name, publicKey } = c.req.valid('json');
  const good = await findGoodToken(c.env.DB, await hashToken(token));
  if (!good) return refused(c, SPENT);
  const { organisationId, createdBy: ownerId, labels, sharing } = good;
  const taken = await nameRefusal(c.env, { organisationId, ownerId, name });
  if (taken) return refused(c, taken);
  if (!(await spendToken(c.env.DB, good.id))) return refused(c, SPENT);
  const runnerId = await registerRunner(c.env, { organisationId, ownerId, name, publicKey, labels, sharing, anyRepository: false });
  if (isRefusal(runnerId)) return refused(c, runnerId);
  await noteMachine(c.env.DB, good.id, runnerId);
  const machine = { kind: 'runner' as const, id: runnerId, name };
  c.set('audit', { organisationId, actor: machine, target: machine, details: { registrationToken: good.id } });
  const organisation = { id: organisationId, name: await findOrganisationName(c.env.DB, organisationId) };
  return c.json({ runnerId, name, organisation } satisfies RegisteredRunner, 201);
});
