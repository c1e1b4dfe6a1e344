import type { ObjectEnv } from '@specwright/durable-objects/env.ts';

/** What the Worker may reach. */
export interface WorkerEnv extends ObjectEnv {
  ASSETS?: Fetcher;
  BETTER_AUTH_SECRET?: string;
  /** The origin under which people reach this server. */
  BASE_URL?: string;
  /** SHA-256 in hex of the local credential; only on the embedded server. */
  LOCAL_CREDENTIAL_HASH?: string;
  /** Who may sign up: open (anybody) or invited; see signUpOf. */
  SIGN_UP?: string;
  GITHUB_CLIENT_ID?: string;
  GITHUB_CLIENT_SECRET?: string;
  /** Where letters go: https://… of a provider, or smtp(s)://user@host. */
  MAIL_URL?: string;
  MAIL_KEY?: string;
  MAIL_FROM?: string;
  /** `log`: letters that cannot be sent are written to the log, links and all. For a machine of one person. */
  MAIL?: string;
  /** Runs of one project that may be at work at once. */
  MAX_WORKERS?: string;
  /** Calls a minute: see wrangler.toml. Without a binding nothing is counted. */
  SIGN_IN_LIMIT?: RateLimit;
  PERSON_LIMIT?: RateLimit;
  ADDRESS_LIMIT?: RateLimit;
  INVITE_LIMIT?: RateLimit;
  RUNNER_LIMIT?: RateLimit;
}

/** The origin; what `wrangler dev` serves when none is set. */
export function originOf(env: WorkerEnv): URL {
  return new URL(env.BASE_URL ?? 'http://127.0.0.1:8787');
}

export function buildOf(env: WorkerEnv): string {
  return env.BUILD_ID ?? 'dev';
}

/** Anybody may sign up, but on a server of one machine, or where SIGN_UP says so, an invitation is needed. */
export function signUpOf(env: WorkerEnv): 'open' | 'invited' {
  if (env.SIGN_UP === 'open' || env.SIGN_UP === 'invited') return env.SIGN_UP;
  return env.LOCAL_CREDENTIAL_HASH ? 'invited' : 'open';
}

export function maxActiveOf(env: WorkerEnv): number {
  const wanted = Number(env.MAX_WORKERS);
  return Number.isInteger(wanted) && wanted > 0 ? wanted : 5;
}
