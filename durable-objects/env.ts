import type { Dispatch } from './dispatch/dispatch.ts';
import type { SpecRun } from './spec-run/spec-run.ts';

/** What the objects may reach. Durations are milliseconds as text, each with a default in code. */
export interface ObjectEnv {
  DB: D1Database;
  /** SpecRun objects, named by run id. */
  RUNS: DurableObjectNamespace<SpecRun>;
  /** Dispatch objects, named by organisation id. */
  DISPATCH: DurableObjectNamespace<Dispatch>;
  /** The queue "jobs". */
  JOBS: Queue<unknown>;
  BUILD_ID?: string;
  /** How long a lease outlives the last answered ping. */
  LEASE_MS?: string;
  /** The same once the holder's socket has closed. */
  CLOSED_LEASE_MS?: string;
  /** How long a pulled message is hidden from others. */
  VISIBILITY_MS?: string;
  /** Nothing is said to a page whose right to see it was looked at longer ago than this. */
  AUTHORITY_MS?: string;
  /** How long a person waits for a machine's answer. */
  ERRAND_MS?: string;
  /** How long a runner without a sign of life still counts as online. */
  RUNNER_ONLINE_MS?: string;
}

/** Reads a duration in milliseconds; anything but a positive number is the default. */
export function durationOf(value: string | undefined, fallback: number): number {
  const ms = Number(value);
  return Number.isFinite(ms) && ms > 0 ? ms : fallback;
}
