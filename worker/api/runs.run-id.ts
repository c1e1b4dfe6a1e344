import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { query } from '../door/body.ts';
import { absent } from '../door/error.ts';
import { knownRun } from '../run-plan/known-run.ts';

const rangeSchema = z.object({
  after: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
});

/** What a run's object itself says: its state, its log by range, its pieces. */
export const runById = new Hono<App>()
  .get('/api/runs/:runId', async (c) => {
    const row = await knownRun(c.env, c.get('caller').organisationId, c.req.param('runId'));
    const view = row && (await runPort(c.env, row.id).view());
    return view ? c.json(view) : absent(c);
  })
  .get('/api/runs/:runId/events', query(rangeSchema), async (c) => {
    const row = await knownRun(c.env, c.get('caller').organisationId, c.req.param('runId'));
    if (!row) return absent(c);
    const { after, limit } = c.req.valid('query');
    const items = await runPort(c.env, row.id).events(after, limit);
    return c.json({ items, nextCursor: items.length === limit ? String(items.at(-1)?.seq ?? after) : null });
  })
  // Pieces are named by their content: once read, they never change.
  .get('/api/runs/:runId/pieces/:hash', async (c) => {
    const row = await knownRun(c.env, c.get('caller').organisationId, c.req.param('runId'));
    const text = row && (await runPort(c.env, row.id).piece(c.req.param('hash')));
    if (typeof text !== 'string') return absent(c);
    c.header('cache-control', 'private, max-age=31536000, immutable');
    return c.text(text);
  });
