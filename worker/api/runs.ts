import { and } from 'drizzle-orm';
import { Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { query } from '../door/body.ts';
import { pageOf, pageQuerySchema } from '../store/page.ts';
import { listVisibleRuns, ofProject, ofSpec, runSummary } from '../store/runs.ts';

const id = z.string().max(100).optional();

/** The latest runs: of all projects, or of one project or spec. */
export const runs = new Hono<App>().get('/api/runs', query(pageQuerySchema.extend({ projectId: id, specId: id })), async (c) => {
  const { projectId, specId, ...page } = c.req.valid('query');
  const filter = and(projectId ? ofProject(projectId) : undefined, specId ? ofSpec(specId) : undefined);
  const rows = await listVisibleRuns(c.env.DB, c.get('caller'), page, filter);
  return c.json(pageOf(rows.map(runSummary), page.limit));
});
