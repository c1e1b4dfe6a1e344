import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import type { Context } from 'hono';
import { goingRunsOf } from '../store/runs.ts';
import type { App } from './app-types.ts';
import { logLine } from './log.ts';

/**
 * Somebody lost a right: every run that is going looks at once at who watches it. A run at rest says nothing,
 * and looks before it says anything again.
 */
export async function recheckPages(c: Context<App>): Promise<void> {
  const ids = new Set((c.get('person')?.memberships ?? []).map((membership) => membership.organisationId));
  const caller = c.get('caller');
  const organisationIds = caller?.via === 'key' ? [caller.organisationId] : [...ids];
  const runIds = await goingRunsOf(c.env.DB, organisationIds);
  const told = await Promise.allSettled([
    ...organisationIds.map((id) => dispatchPort(c.env, id).recheckPages()),
    ...runIds.map((runId) => runPort(c.env, runId).recheckPages()),
  ]);
  const failed = told.filter(({ status }) => status === 'rejected').length;
  if (failed > 0) logLine('error', { requestId: c.get('requestId'), event: 'recheck_failed', failed });
}
