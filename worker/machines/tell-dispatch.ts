import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import type { WorkerEnv } from '../environment.ts';
import { findRunner, listRunnersToEnd, markRevoked, type RunnerRow } from '../store/runners.ts';

/** Tells the organisation's dispatch what D1 says of a machine. Telling it twice changes nothing. */
export async function tellDispatch(env: WorkerEnv, organisationId: string, runnerId: string): Promise<RunnerRow | null> {
  const row = await findRunner(env.DB, organisationId, runnerId);
  if (!row) return null;
  const { name, ownerId, labels, sharing, projectIds, paused, draining, note } = row;
  await dispatchPort(env, organisationId).setRunner(runnerId, { name, ownerId, labels, sharing, projectIds, paused, draining, note });
  return row;
}

/** First D1, so that no new call of it is let in; then dispatch, which closes its sockets and offers its work to others. Repeatable. */
export async function revokeRunner(env: WorkerEnv, row: RunnerRow): Promise<void> {
  if (row.revokedAt === null) await markRevoked(env.DB, row);
  await dispatchPort(env, row.organisationId).revokeRunner(row.id);
}

/** Revokes the machines of a person who leaves the organisation; of all persons when none is named. Repeatable. */
export async function revokeRunnersOf(env: WorkerEnv, organisationId: string, ownerId: string | null): Promise<void> {
  for (const row of await listRunnersToEnd(env.DB, organisationId, ownerId)) await revokeRunner(env, row);
}
