import { updateChunkSchema } from '@specwright/protocol/api.ts';
import { refuse } from '@specwright/protocol/error-code.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { checkGraph } from '../spec-graph/check-graph.ts';
import { type ChunkRow, changeChunk, chunkView, findChunk, idsOf, listChunks, removeChunk } from '../store/chunks.ts';
import { activeRunIds } from '../store/runs.ts';
import { touchSpec } from '../store/specs.ts';

/** Statuses in which a run does not hold the chunk; its text may be edited, and the run takes it at its next resume or retry. */
const FREE = ['pending', 'failed', 'cancelled', 'skipped'];

export const chunkById = new Hono<App>()
  .patch('/api/chunks/:chunkId', body(updateChunkSchema), async (c) => {
    const { organisationId } = c.get('caller');
    const row = await findChunk(c.env.DB, organisationId, c.req.param('chunkId'));
    if (!row) return absent(c);
    const change = c.req.valid('json');
    const active = (await activeRunIds(c.env.DB, organisationId, { specId: row.specId })).length > 0;
    if (active && (change.status || !FREE.includes(row.status))) return refused(c, inHand(row));
    const rows = await listChunks(c.env.DB, organisationId, row.specId);
    const { key = row.key, dependsOn = idsOf(row.dependsOn) } = change;
    const refusal = checkGraph(rows, { id: row.id, key, dependsOn });
    if (refusal) return refused(c, refusal);
    await changeChunk(c.env.DB, organisationId, row.id, change);
    await touchSpec(c.env.DB, organisationId, row.specId);
    const saved = await findChunk(c.env.DB, organisationId, row.id);
    return saved ? c.json(chunkView(saved)) : absent(c);
  })
  // Refused while others depend on it, which it names; ?detach=true removes those dependencies with it.
  .delete('/api/chunks/:chunkId', async (c) => {
    const { organisationId } = c.get('caller');
    const row = await findChunk(c.env.DB, organisationId, c.req.param('chunkId'));
    if (!row) return absent(c);
    if ((await activeRunIds(c.env.DB, organisationId, { specId: row.specId })).length > 0) return refused(c, inHand(row));
    const rows = await listChunks(c.env.DB, organisationId, row.specId);
    const dependents = rows.filter((other) => idsOf(other.dependsOn).includes(row.id));
    if (dependents.length > 0 && c.req.query('detach') !== 'true') {
      const keys = dependents.map((other) => other.key).join(', ');
      return refused(c, { code: 'CONFLICT', message: `These depend on ${row.key}: ${keys}. Remove those dependencies too?` });
    }
    await removeChunk(c.env.DB, row, dependents);
    await touchSpec(c.env.DB, organisationId, row.specId);
    return c.body(null, 204);
  });

function inHand(row: ChunkRow) {
  return refuse('RUN_ACTIVE', `A run of this spec is active, and ${row.key} is in its hands. Pause does not free it: stop the run first.`);
}
