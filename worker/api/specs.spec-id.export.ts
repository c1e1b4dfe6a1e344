import { Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { query } from '../door/body.ts';
import { absent } from '../door/error.ts';
import { exportSpec } from '../spec-file/export-spec.ts';
import { exportTasks } from '../spec-file/export-tasks.ts';
import { findSpec } from '../store/specs.ts';

const formatSchema = z.object({ format: z.enum(['spec', 'tasks']).default('spec') });

/** The spec as a SPEC.md file, or as a tasks.md: the imported bytes where nothing was edited since. */
export const specExport = new Hono<App>().get('/api/specs/:specId/export', query(formatSchema), async (c) => {
  const row = await findSpec(c.env.DB, c.get('caller').organisationId, c.req.param('specId'));
  if (!row) return absent(c);
  const isTasks = c.req.valid('query').format === 'tasks';
  c.header('content-type', 'text/markdown; charset=utf-8');
  c.header('content-disposition', `attachment; filename="${isTasks ? 'tasks.md' : 'SPEC.md'}"`);
  return c.body(await (isTasks ? exportTasks : exportSpec)(c.env.DB, row));
});
