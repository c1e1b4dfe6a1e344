import { isRefusal, type Refusal } from '@specwright/protocol/error-code.ts';
import { type RegisteredRunner, registerByTokenSchema } from '@specwright/protocol/runners-api.ts';
import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { hashToken } from '../door/secret.ts';
import { registerRunner, TOKEN_SPENT } from '../machines/register.ts';
import { tellDispatch } from '../machines/tell-dispatch.ts';
import { findOrganisationName } from '../store/organisation-name.ts';
import { findGoodToken, findLetIn } from '../store/registration-tokens.ts';

/** A machine without a person registers itself by a token, which is good once: for the same machine again, should it not hear the answer. */
export const register = new Hono<App>().post('/runner-api/register', body(registerByTokenSchema), async (c) => {
  const { token, ...machine } = c.req.valid('json');
  const tokenHash = await hashToken(token);
  const good = await findGoodToken(c.env.DB, tokenHash);
  const known = good ? await letIn(c, machine, good) : await again(c, machine, tokenHash);
  if (isRefusal(known)) return refused(c, known);
  const { runnerId, organisationId } = known;
  const organisation = { id: organisationId, name: await findOrganisationName(c.env.DB, organisationId) };
  return c.json({ runnerId, name: machine.name, organisation } satisfies RegisteredRunner, 201);
});

type Machine = Omit<z.infer<typeof registerByTokenSchema>, 'token'>;
type LetIn = { runnerId: string; organisationId: string };
type GoodToken = NonNullable<Awaited<ReturnType<typeof findGoodToken>>>;

async function letIn(c: Context<App>, machine: Machine, token: GoodToken): Promise<LetIn | Refusal> {
  const { organisationId, createdBy: ownerId, labels, sharing } = token;
  const runner = { ...machine, organisationId, ownerId, labels, sharing, anyRepository: false };
  const runnerId = await registerRunner(c.env, runner, token.id);
  if (isRefusal(runnerId)) return runnerId;
  const who = { kind: 'runner' as const, id: runnerId, name: machine.name };
  c.set('audit', { organisationId, actor: who, target: who, details: { registrationToken: token.id } });
  return { runnerId, organisationId };
}

async function again(c: Context<App>, machine: Machine, tokenHash: string): Promise<LetIn | Refusal> {
  const known = await findLetIn(c.env.DB, tokenHash, machine);
  if (!known) return TOKEN_SPENT;
  await tellDispatch(c.env, known.organisationId, known.runnerId);
  c.set('audit', null);
  return known;
}
