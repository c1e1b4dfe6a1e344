import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { absent } from '../door/error.ts';
import { duplicateSpec } from '../spec-file/duplicate-spec.ts';
import { findSpec, specView } from '../store/specs.ts';

/** A copy of text and chunks, with nothing done yet. */
export const specDuplicate = new Hono<App>().post('/api/specs/:specId/duplicate', async (c) => {
  const { organisationId } = c.get('caller');
  const row = await findSpec(c.env.DB, organisationId, c.req.param('specId'));
  if (!row) return absent(c);
  const id = await duplicateSpec(c.env.DB, c.get('caller'), row);
  const copy = await findSpec(c.env.DB, organisationId, id);
  return copy ? c.json(await specView(c.env.DB, copy), 201) : absent(c);
});
