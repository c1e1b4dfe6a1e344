import { startRunSchema } from '@specwright/protocol/api.ts';
import { isRefusal } from '@specwright/protocol/error-code.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { pageHeaders } from '../door/pass-socket.ts';
import { startRun } from '../run-plan/start-run.ts';
import { listChunks } from '../store/chunks.ts';
import { findSpec } from '../store/specs.ts';
import { allCompleteStream } from '../stream/all-complete.ts';
import { lastOpening } from '../stream/last-opening.ts';
import { runStream } from '../stream/run-stream.ts';

/**
 * Starts a run, or attaches to the one that is going, and answers with server-sent events (protocol/stream-event.ts).
 * `id:` is the event's number; Last-Event-ID goes on after it. Closing the stream never stops the run.
 */
export const specRunAll = new Hono<App>().post('/api/specs/:specId/run-all', body(startRunSchema), async (c) => {
  const { organisationId } = c.get('caller');
  const spec = await findSpec(c.env.DB, organisationId, c.req.param('specId'));
  if (!spec) return absent(c);
  const started = await startRun(c.env, c.get('caller'), spec, c.req.valid('json'));
  if (isRefusal(started)) return refused(c, started);
  c.set('audit', null);
  if (started === 'all_complete') return allCompleteStream(spec.id, await listChunks(c.env.DB, organisationId, spec.id));
  const seen = Number(c.req.header('last-event-id') ?? Number.NaN);
  const after = Number.isInteger(seen) && seen >= 0 ? seen : (started.seq ?? (await lastOpening(c.env, started.runId)));
  c.set('audit', started.attached ? null : { target: { kind: 'run', id: started.runId, name: spec.title } });
  return runStream(c.env, started.runId, { specId: spec.id, after, headers: pageHeaders(c.get('caller')) });
});
