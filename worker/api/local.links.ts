import type { LocalLink } from '@specwright/protocol/api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { hashToken, newToken } from '../door/secret.ts';
import { addLink } from '../store/one-time-links.ts';

const LINK_MS = 15 * 60 * 1000;

/** A one-time sign-in link for the local owner, good for 15 minutes. Only its hash is kept. */
export const localLinks = new Hono<App>().post('/api/local/links', async (c) => {
  const { organisationId, userId } = c.get('caller');
  const token = newToken('swl');
  const expiresAt = Date.now() + LINK_MS;
  await addLink(c.env.DB, { tokenHash: await hashToken(token), organisationId, userId, expiresAt });
  return c.json({ token, expiresAt } satisfies LocalLink, 201);
});
