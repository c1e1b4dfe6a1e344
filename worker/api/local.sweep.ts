import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { sweep } from '../scheduled.ts';
import { forgetExpired } from '../store/expired.ts';

/** The scheduled sweep by hand: no cron runs on an embedded server. */
export const localSweep = new Hono<App>().post('/api/local/sweep', async (c) => {
  await forgetExpired(c.env.DB, Date.now());
  return c.json(await sweep(c.env));
});
