import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import { isId } from '@specwright/protocol/id.ts';
import type { WorkerEnv } from '../environment.ts';
import { findRun } from '../store/runs.ts';

export interface KnownRun {
  id: string;
  organisationId: string;
  projectId: string;
  specId: string;
}

/** A run is at work, and may be asked for, a moment before D1 has its first row; only that young is it asked itself. */
const YOUNG_MS = 60_000;

/** The run of this id, if it belongs to the organisation. */
export async function knownRun(env: WorkerEnv, organisationId: string, runId: string): Promise<KnownRun | null> {
  const row = await findRun(env.DB, organisationId, runId);
  if (row || !isYoung(runId)) return row;
  const state = (await runPort(env, runId).view())?.state;
  return state?.organisationId === organisationId ? state : null;
}

/** The first 48 bits of a UUIDv7 are its time. */
function isYoung(runId: string): boolean {
  return isId('run', runId) && Date.now() - Number.parseInt(runId.slice(4, 16), 16) < YOUNG_MS;
}
