import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import { MAX_BUNDLE_BYTES } from '@specwright/protocol/bundle.ts';
import { runOfJob } from '@specwright/protocol/id.ts';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { App } from '../door/app-types.ts';
import { absent, refused } from '../door/error.ts';
import { knownRun } from '../run-plan/known-run.ts';

const TOO_LARGE = { code: 'TOO_LARGE', message: `A run's commits may take ${MAX_BUNDLE_BYTES} bytes here.` } as const;

/** A run's commits as a git bundle, where no remote takes them: from the machine that made them, to the one that goes on. */
export const bundles = new Hono<App>()
  .put('/runner-api/jobs/:jobId/bundle', bodyLimit({ maxSize: MAX_BUNDLE_BYTES, onError: (c) => refused(c, TOO_LARGE) }), async (c) => {
    const { jobId = '' } = c.get('params');
    const credential = c.req.header('authorization')?.replace(/^Bearer /i, '') ?? '';
    const refusal = await runPort(c.env, runOfJob(jobId) ?? '').keepBundle(jobId, credential, await c.req.arrayBuffer());
    return refusal ? refused(c, refusal) : c.body(null, 204);
  })
  .get('/runner-api/runs/:runId/bundle', async (c) => {
    const { id, organisationId } = c.get('runner');
    const row = await knownRun(c.env, organisationId, c.req.param('runId'));
    const bytes = row && (await runPort(c.env, row.id).bundleFor(id));
    return bytes ? c.body(bytes, 200, { 'content-type': 'application/octet-stream' }) : absent(c);
  });
