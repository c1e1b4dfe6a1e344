import { type StartedRun, startRunSchema } from '@specwright/protocol/api.ts';
import { isRefusal } from '@specwright/protocol/error-code.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body, query } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { once } from '../door/idempotency.ts';
import { startRun } from '../run-plan/start-run.ts';
import { pageOf, pageQuerySchema } from '../store/page.ts';
import { listRuns, ofSpec, runSummary } from '../store/runs.ts';
import { findSpec } from '../store/specs.ts';

export const specRuns = new Hono<App>()
  .get('/api/specs/:specId/runs', query(pageQuerySchema), async (c) => {
    const { organisationId } = c.get('caller');
    const spec = await findSpec(c.env.DB, organisationId, c.req.param('specId'));
    if (!spec) return absent(c);
    const page = c.req.valid('query');
    const rows = await listRuns(c.env.DB, organisationId, page, ofSpec(spec.id));
    return c.json(pageOf(rows.map(runSummary), page.limit));
  })
  // Starts, attaches, or opens the latest run again. Takes an Idempotency-Key: the same key gets the same answer.
  .post('/api/specs/:specId/runs', body(startRunSchema), async (c) => {
    const spec = await findSpec(c.env.DB, c.get('caller').organisationId, c.req.param('specId'));
    if (!spec) return absent(c);
    c.set('audit', null);
    return once(c, `start ${spec.id}`, async () => {
      const started = await startRun(c.env, c.get('caller'), spec, c.req.valid('json'));
      if (isRefusal(started)) return refused(c, started);
      if (started === 'all_complete') return c.json({ runId: null, attached: false, allComplete: true } satisfies StartedRun);
      const { runId, attached } = started;
      c.set('audit', attached ? null : { target: { kind: 'run', id: runId, name: spec.title } });
      return c.json({ runId, attached, allComplete: false } satisfies StartedRun, attached ? 200 : 201);
    });
  });
