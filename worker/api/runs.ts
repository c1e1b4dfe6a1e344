import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { query } from '../door/body.ts';
import { pageOf, pageQuerySchema } from '../store/page.ts';
import { listRuns, runSummary } from '../store/runs.ts';

/** The latest runs of all projects. */
export const runs = new Hono<App>().get('/api/runs', query(pageQuerySchema), async (c) => {
  const page = c.req.valid('query');
  const rows = await listRuns(c.env.DB, c.get('caller').organisationId, page);
  return c.json(pageOf(rows.map(runSummary), page.limit));
});
