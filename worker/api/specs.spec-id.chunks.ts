import { createChunkSchema, orderChunksSchema } from '@specwright/protocol/api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { checkGraph, freeKey } from '../spec-graph/check-graph.ts';
import { addChunks, chunkView, findChunk, listChunks, orderChunks } from '../store/chunks.ts';
import { findSpec, touchSpec } from '../store/specs.ts';

const MAX_CHUNKS = 1000;

export const specChunks = new Hono<App>()
  .get('/api/specs/:specId/chunks', async (c) => {
    const { organisationId } = c.get('caller');
    const spec = await findSpec(c.env.DB, organisationId, c.req.param('specId'));
    if (!spec) return absent(c);
    const rows = await listChunks(c.env.DB, organisationId, spec.id);
    return c.json({ items: rows.map(chunkView), nextCursor: null });
  })
  .post('/api/specs/:specId/chunks', body(createChunkSchema), async (c) => {
    const { organisationId } = c.get('caller');
    const spec = await findSpec(c.env.DB, organisationId, c.req.param('specId'));
    if (!spec) return absent(c);
    const rows = await listChunks(c.env.DB, organisationId, spec.id);
    if (rows.length >= MAX_CHUNKS) return refused(c, { code: 'TOO_LARGE', message: `A spec holds at most ${MAX_CHUNKS} chunks.` });
    const input = c.req.valid('json');
    const key = input.key ?? freeKey(input.title, rows);
    const refusal = checkGraph(rows, { id: null, key, dependsOn: input.dependsOn });
    if (refusal) return refused(c, refusal);
    const owner = { organisationId, projectId: spec.projectId, specId: spec.id };
    const [id = ''] = await addChunks(c.env.DB, owner, [{ ...input, key, position: (rows.at(-1)?.position ?? -1) + 1 }]);
    await touchSpec(c.env.DB, organisationId, spec.id);
    const row = await findChunk(c.env.DB, organisationId, id);
    return row ? c.json(chunkView(row), 201) : absent(c);
  })
  // The whole order at once: every chunk of the spec, each once.
  .put('/api/specs/:specId/chunks/order', body(orderChunksSchema), async (c) => {
    const { organisationId } = c.get('caller');
    const spec = await findSpec(c.env.DB, organisationId, c.req.param('specId'));
    if (!spec) return absent(c);
    const { chunkIds } = c.req.valid('json');
    const rows = await listChunks(c.env.DB, organisationId, spec.id);
    const whole =
      chunkIds.length === rows.length && new Set(chunkIds).size === rows.length && rows.every((row) => chunkIds.includes(row.id));
    if (!whole)
      return refused(c, {
        code: 'CONFLICT',
        message: 'chunkIds: name every chunk of the spec once. Somebody may have added or deleted one.',
      });
    await orderChunks(c.env.DB, organisationId, spec.id, chunkIds);
    await touchSpec(c.env.DB, organisationId, spec.id);
    return c.json({ items: (await listChunks(c.env.DB, organisationId, spec.id)).map(chunkView), nextCursor: null });
  });
