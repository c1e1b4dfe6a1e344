import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { absent } from '../door/error.ts';
import { exportSpec } from '../spec-file/export-spec.ts';
import { findSpec } from '../store/specs.ts';

/** The spec as a SPEC.md file: the imported bytes when nothing was edited since. */
export const specExport = new Hono<App>().get('/api/specs/:specId/export', async (c) => {
  const row = await findSpec(c.env.DB, c.get('caller').organisationId, c.req.param('specId'));
  if (!row) return absent(c);
  c.header('content-type', 'text/markdown; charset=utf-8');
  c.header('content-disposition', 'attachment; filename="SPEC.md"');
  return c.body(await exportSpec(c.env.DB, row));
});
