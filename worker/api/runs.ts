import { and } from 'drizzle-orm';
import { Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { query } from '../door/body.ts';
import { pageOf, pageQuerySchema } from '../store/page.ts';
import { latestPhases, listVisibleRuns, ofProject, ofSpec, runSummary } from '../store/runs.ts';

const id = z.string().max(100).optional();

const querySchema = pageQuerySchema.extend({ projectId: id, specId: id, phases: z.literal('latest').optional() });

/** The latest runs: of all projects, or of one project or spec. `phases=latest`: the latest orchestration of each project, all at once. */
export const runs = new Hono<App>().get('/api/runs', query(querySchema), async (c) => {
  const { projectId, specId, phases, ...page } = c.req.valid('query');
  if (phases) return c.json({ items: (await latestPhases(c.env.DB, c.get('caller'))).map(runSummary), nextCursor: null });
  const filter = and(projectId ? ofProject(projectId) : undefined, specId ? ofSpec(specId) : undefined);
  const rows = await listVisibleRuns(c.env.DB, c.get('caller'), page, filter);
  return c.json(pageOf(rows.map(runSummary), page.limit));
});
