import { updateSpecSchema } from '@specwright/protocol/api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { endRuns, standsAgainstRemoval } from '../run-plan/end-runs.ts';
import { changeSpec, findSpec, removeSpec, specView } from '../store/specs.ts';

export const specById = new Hono<App>()
  .get('/api/specs/:specId', async (c) => {
    const row = await findSpec(c.env.DB, c.get('caller').organisationId, c.req.param('specId'));
    if (!row) return absent(c);
    c.header('etag', `"${row.version}"`);
    return c.json(await specView(c.env.DB, row));
  })
  // Takes If-Match with the version that the person saw; another one answers EDIT_CONFLICT with the version it has now.
  .patch('/api/specs/:specId', body(updateSpecSchema), async (c) => {
    const { organisationId, userId } = c.get('caller');
    const row = await findSpec(c.env.DB, organisationId, c.req.param('specId'));
    if (!row) return absent(c);
    const seen = /^(?:W\/)?"?(\d+)"?$/.exec(c.req.header('if-match') ?? '')?.[1];
    if (seen === undefined)
      return refused(c, { code: 'BAD_REQUEST', message: 'Send If-Match with the version of the spec that you edit.' });
    if (Number(seen) !== row.version) return refused(c, editConflict(row.version));
    const { title = row.title, text = row.text } = c.req.valid('json');
    const same = title === row.title && text === row.text;
    if (!same && !(await changeSpec(c.env.DB, row, { title, text, savedBy: userId }))) return refused(c, editConflict(row.version + 1));
    const saved = await findSpec(c.env.DB, organisationId, row.id);
    return saved ? c.json(await specView(c.env.DB, saved)) : absent(c);
  })
  .delete('/api/specs/:specId', async (c) => {
    const { organisationId } = c.get('caller');
    const row = await findSpec(c.env.DB, organisationId, c.req.param('specId'));
    if (!row) return absent(c);
    const scope = { specId: row.id };
    const refusal = await standsAgainstRemoval(c.env, organisationId, scope, c.req.query('stop') === 'true');
    if (refusal) return refused(c, refusal);
    await endRuns(c.env, c.get('caller'), scope);
    await removeSpec(c.env.DB, organisationId, row.id);
    return c.body(null, 204);
  });

function editConflict(version: number) {
  return { code: 'EDIT_CONFLICT', message: `Somebody saved version ${version} in between. Look at it, then save yours.` } as const;
}
