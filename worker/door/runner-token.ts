import type { WorkerEnv } from '../environment.ts';
import { findRunnerByToken } from '../store/runners.ts';
import type { RunnerCaller } from './app-types.ts';
import { bearerOf, hashToken } from './secret.ts';

/** The runner that this request's token belongs to; null for an unknown or revoked one. */
export async function runnerOf(request: Request, env: WorkerEnv): Promise<RunnerCaller | null> {
  const token = bearerOf(request);
  return token ? findRunnerByToken(env.DB, await hashToken(token)) : null;
}
