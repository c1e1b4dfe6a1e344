import type { Page } from '@specwright/protocol/api.ts';
import { type CreatedRegistrationToken, createRegistrationTokenSchema, type RegistrationToken } from '@specwright/protocol/runners-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { hashToken, newToken } from '../door/secret.ts';
import { addToken, listTokens, removeToken } from '../store/registration-tokens.ts';

const TOKEN_MS = 60 * 60 * 1000;

/** Tokens that let one machine register without a person: good once and for one hour; shown once, kept as a hash. */
export const registrationTokenRoutes = new Hono<App>()
  .get('/api/runners/registration-tokens', async (c) => {
    const items = await listTokens(c.env.DB, c.get('caller').organisationId);
    return c.json({ items, nextCursor: null } satisfies Page<RegistrationToken>);
  })
  .post('/api/runners/registration-tokens', body(createRegistrationTokenSchema), async (c) => {
    const { organisationId, userId, keyId } = c.get('caller');
    if (keyId !== null && keyId === userId)
      return refused(c, { code: 'FORBIDDEN', message: 'A service’s key owns no machine: the token’s maker will be the machine’s owner.' });
    const token = newToken('swt');
    const expiresAt = Date.now() + TOKEN_MS;
    const made = { organisationId, createdBy: userId, tokenHash: await hashToken(token), expiresAt, ...c.req.valid('json') };
    const id = await addToken(c.env.DB, made);
    c.set('audit', { target: { kind: 'registration_token', id } });
    return c.json({ id, token, expiresAt } satisfies CreatedRegistrationToken, 201);
  })
  .delete('/api/runners/registration-tokens/:tokenId', async (c) => {
    const isGone = await removeToken(c.env.DB, c.get('caller').organisationId, c.req.param('tokenId'));
    return isGone ? c.body(null, 204) : absent(c);
  });
