import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AnnounceLife } from '@specwright/protocol/pull.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import type { Durations } from './durations.ts';
import { removeStaleLocks } from './git/clone.ts';
import { markGit } from './git/git.ts';
import { runsWithJournals } from './journal/journal.ts';
import { type Log, messageOf } from './log.ts';
import { makeBackoff } from './loops/backoff.ts';
import { makeConnections } from './loops/connections.ts';
import { openDoorbell } from './loops/doorbell.ts';
import { beginLife, type Life } from './loops/life.ts';
import { startPolling } from './loops/poll.ts';
import { makeRunnerApi, type PulledNeed, type RunnerApi, ServerFault } from './loops/runner-api.ts';
import type { OpenCrew } from './session/crew.ts';
import { openRunSession, type RunSession } from './session/run-session.ts';

export interface RunnerOptions {
  /** Origin of the server, without a path. */
  server: string;
  token: string;
  dataDir: string;
  name: string;
  version: string;
  /** Runs that may be worked on at once. */
  slots: number;
  found: AnnounceLife['found'];
  durations: Durations;
  env: NodeJS.ProcessEnv;
  log: Log;
  openCrew: OpenCrew;
}

export interface Runner {
  lifeId: string;
  /** Ends in order: nothing new is begun, what was seen is reported, every process is ended. */
  close(): Promise<void>;
}

/**
 * Starts a runner: ends what an earlier life left, announces this one, then finds work and carries it out.
 * Throws ServerFault when the server refuses this runner, and Error when the data folder is in use.
 */
export async function startRunner(given: RunnerOptions): Promise<Runner> {
  mkdirSync(given.dataDir, { recursive: true, mode: 0o700 });
  const options = { ...given, dataDir: realpathSync(given.dataDir), server: given.server.replace(/\/+$/, '') };
  const life = await beginLife(options.dataDir, options.durations.KILL_GRACE_MS);
  clearLeftovers(options.dataDir);
  markGit(`${life.id}:git`);
  const closing = new AbortController();
  const { server, token, durations } = options;
  const connections = makeConnections(server);
  const { agent } = connections;
  const api = makeRunnerApi({ connections, token, timeoutMs: durations.REQUEST_TIMEOUT_MS, signal: closing.signal });
  await announce(api, options, life, closing.signal);
  const sessions = new Map<string, RunSession>();
  const poll = startPolling({
    ...options,
    api,
    signal: closing.signal,
    freeSlots: () => Math.max(0, options.slots - sessions.size),
    bellIsFresh: () => bell.isFresh(),
    onNeed: (pulled) => takeUp(pulled),
  });
  const bell = openDoorbell({ ...options, agent, signal: closing.signal, onRing: () => poll.wake() });

  const open = (runId: string, onAnswered: (answer: 'granted' | 'gone' | 'not_yet') => void) => {
    const session = openRunSession({ ...options, agent, runId, lifeId: life.id, runnerName: options.name, onAnswered });
    sessions.set(runId, session);
    options.log('info', 'run_taken_up', { runId });
    void session.ended.then(() => {
      sessions.delete(runId);
      options.log('info', 'run_left', { runId });
      poll.wake();
    });
  };
  const takeUp = ({ leaseId, need }: PulledNeed) => {
    const settle = (acks: string[], retries: string[]) =>
      api.acknowledge({ acks, retries }).catch((error) => options.log('warn', 'acknowledge_failed', { message: messageOf(error) }));
    if (need === null || sessions.has(need.runId)) return void settle([leaseId], []);
    open(need.runId, (answer) => {
      if (answer !== 'not_yet') return void settle([leaseId], []);
      // Another machine may still hold it: the slot is given back, and the message comes again.
      void sessions.get(need.runId)?.close();
      void settle([], [leaseId]);
    });
  };
  // What an earlier life saw and nobody has confirmed is evidence and cost: it is told first.
  for (const runId of runsWithJournals(options.dataDir).slice(0, options.slots))
    open(runId, (answer) => answer === 'not_yet' && void sessions.get(runId)?.close());
  return {
    lifeId: life.id,
    async close() {
      const open = [...sessions.values()];
      await Promise.all(open.map((session) => session.close()));
      closing.abort();
      await Promise.all([poll.ended, bell.ended]);
      connections.close();
      life.end();
    },
  };
}

/** Worktrees and homes of earlier lives: their processes are dead, and every lease makes its own. */
function clearLeftovers(dataDir: string): void {
  rmSync(join(dataDir, 'worktrees'), { recursive: true, force: true, maxRetries: 3 });
  rmSync(join(dataDir, 'homes'), { recursive: true, force: true, maxRetries: 3 });
  removeStaleLocks(dataDir);
}

/** Tries until the server has heard; a refusal that no waiting changes is thrown. */
async function announce(api: RunnerApi, options: RunnerOptions, life: Life, signal: AbortSignal): Promise<void> {
  const { version, slots, found, durations, log } = options;
  const backoff = makeBackoff(durations.RECONNECT_FIRST_MS, durations.RECONNECT_MOST_MS, Math.random);
  for (;;) {
    try {
      await api.announce({ wire: WIRE_VERSION, lifeId: life.id, endedLives: life.ended.slice(-100), version, slots, found });
      return life.forgetEnded();
    } catch (error) {
      if (error instanceof ServerFault && !error.retryable) throw error;
      log('warn', 'announce_failed', { message: messageOf(error) });
      await backoff.wait(signal);
    }
  }
}
