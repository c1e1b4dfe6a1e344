import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import type { Page, Runner } from '@specwright/protocol/api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { listRunners } from '../store/runners.ts';

/** The organisation's runners: who they are from D1, how they are from dispatch. */
export const runners = new Hono<App>().get('/api/runners', async (c) => {
  const { organisationId } = c.get('caller');
  const [rows, live] = await Promise.all([listRunners(c.env.DB, organisationId), dispatchPort(c.env, organisationId).runners()]);
  const byId = new Map(live.map((runner) => [runner.id, runner]));
  return c.json({ items: rows.map((row) => ({ ...row, ...byId.get(row.id) })), nextCursor: null } satisfies Page<Runner>);
});
