import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { authOf } from '../people/auth.ts';

/** better-auth's own routes: reading the session, signing out. */
export const auth = new Hono<App>()
  .get('/api/auth/*', (c) => authOf(c.env).handler(c.req.raw))
  .post('/api/auth/*', (c) => authOf(c.env).handler(c.req.raw));
