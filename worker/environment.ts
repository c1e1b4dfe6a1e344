import type { ObjectEnv } from '@specwright/durable-objects/env.ts';

/** What the Worker may reach. */
export interface WorkerEnv extends ObjectEnv {
  ASSETS?: Fetcher;
  BETTER_AUTH_SECRET?: string;
  /** The origin under which people reach this server. */
  BASE_URL?: string;
  /** SHA-256 in hex of the local credential; only on the embedded server. */
  LOCAL_CREDENTIAL_HASH?: string;
  /** Runs of one project that may be at work at once. */
  MAX_WORKERS?: string;
}

/** The origin; what `wrangler dev` serves when none is set. */
export function originOf(env: WorkerEnv): URL {
  return new URL(env.BASE_URL ?? 'http://127.0.0.1:8787');
}

export function buildOf(env: WorkerEnv): string {
  return env.BUILD_ID ?? 'dev';
}

export function maxActiveOf(env: WorkerEnv): number {
  const wanted = Number(env.MAX_WORKERS);
  return Number.isInteger(wanted) && wanted > 0 ? wanted : 5;
}
