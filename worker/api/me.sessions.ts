import type { Page } from '@specwright/protocol/api.ts';
import type { SessionInfo } from '@specwright/protocol/people-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { absent } from '../door/error.ts';
import { endOtherSessions, endSession, listSessions } from '../store/sessions.ts';

/** Where one is signed in. */
export const meSessions = new Hono<App>()
  .get('/api/me/sessions', async (c) => {
    const { userId, sessionId } = c.get('person');
    const items = await listSessions(c.env.DB, userId, sessionId);
    return c.json({ items, nextCursor: null } satisfies Page<SessionInfo>);
  })
  // Ends all but the one that asks.
  .delete('/api/me/sessions', async (c) => {
    const { userId, sessionId } = c.get('person');
    return c.json({ ended: await endOtherSessions(c.env.DB, userId, sessionId) });
  })
  .delete('/api/me/sessions/:sessionId', async (c) => {
    const ended = await endSession(c.env.DB, c.get('person').userId, c.req.param('sessionId'));
    return ended ? c.body(null, 204) : absent(c);
  });
