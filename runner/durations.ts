import { z } from 'zod';

/** Every duration of the runner, in milliseconds. `SPECWRIGHT_<NAME>` in the environment overrides one; `SPECWRIGHT_TIME_SCALE` divides all. */
const DEFAULTS = {
  /** Between pings on a run's socket. */
  PING_MS: 10_000,
  /** A ping that is not answered by then: the socket is dead. */
  PONG_WITHIN_MS: 10_000,
  /** Between pings on the doorbell. With the wait for the answer: how long a dead bell can stay unnoticed, below the 15 s in which work begins. */
  DOORBELL_PING_MS: 8_000,
  DOORBELL_PONG_WITHIN_MS: 5_000,
  /** Between questions for work while the doorbell cannot be trusted. */
  POLL_FAST_MS: 10_000,
  /** While it can. What no ring told is rung again each minute by the server's sweep, and a dead bell ends the wait: this is for neither. */
  POLL_SLOW_MS: 900_000,
  /** While the doorbell's last pong is younger than this, it is trusted. */
  DOORBELL_FRESH_MS: 15_000,
  RECONNECT_FIRST_MS: 100,
  RECONNECT_MOST_MS: 10_000,
  /** One thing that happens often brings others with it: what follows so closely goes in the same frame. */
  BATCH_FIRST_MS: 30,
  BATCH_WATCHED_MS: 50,
  BATCH_UNWATCHED_MS: 1_000,
  /** With nobody watching the wait doubles up to this, so that a long agent costs a frame each half minute. */
  BATCH_UNWATCHED_MOST_MS: 30_000,
  KILL_GRACE_MS: 300,
  CHECK_TIMEOUT_MS: 600_000,
  SETUP_TIMEOUT_MS: 900_000,
  HOOK_TIMEOUT_MS: 120_000,
  /** How long a promotion waits for its publication before the work goes on beside it. */
  PUBLISH_WAIT_MS: 5_000,
  /** How long a worktree that no run uses may stand: one that could not be removed at once. */
  KEEP_WORKTREES_MS: 3_600_000,
  /** How long a clone may stand in which nobody works, and between two looks at what all clones take. */
  KEEP_CLONES_MS: 2_592_000_000,
  LOOK_CLONES_MS: 600_000,
  /** Between two tries of a repository that could not be pushed to. */
  PUSH_AGAIN_MS: 300_000,
  /** How long the runner waits, when it is told to end, for its last facts to be confirmed. */
  FAREWELL_MS: 2_000,
  NOT_YET_MOST_MS: 5_000,
  AGENT_SILENT_MS: 300_000,
  AGENT_DEADLINE_MS: 1_800_000,
  REQUEST_TIMEOUT_MS: 15_000,
  /** Between looks at the machine's own load and links. */
  REPORT_MS: 30_000,
  /** Without work, between two reports of nothing but another load. */
  REPORT_IDLE_MS: 900_000,
} as const;

export type Durations = Record<keyof typeof DEFAULTS, number>;

/** Reads the durations; a value that is no positive number is refused by name. */
export function readDurations(env: NodeJS.ProcessEnv): Durations {
  const scale = readNumber(env, 'SPECWRIGHT_TIME_SCALE') ?? 1;
  const names = Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[];
  const entries = names.map((name) => [name, readNumber(env, `SPECWRIGHT_${name}`) ?? DEFAULTS[name] / scale]);
  return Object.fromEntries(entries) as Durations;
}

function readNumber(env: NodeJS.ProcessEnv, name: string): number | null {
  const text = env[name];
  if (text === undefined || text === '') return null;
  const value = z.coerce.number().positive().safeParse(text);
  if (!value.success) throw new Error(`${name} must be a positive number, not "${text}".`);
  return value.data;
}
