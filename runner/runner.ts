import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type AnnounceLife, NO_ORDERS, type RunnerOrders } from '@specwright/protocol/pull.ts';
import type { Durations } from './durations.ts';
import { makeErrands } from './errand/errands.ts';
import { removeStaleLocks } from './git/clone.ts';
import { markGit } from './git/git.ts';
import type { PostText } from './identity/ask-server.ts';
import type { Identity } from './identity/identity.ts';
import { isRevoked } from './identity/server-fault.ts';
import { isRunId, runsWithJournals } from './journal/journal.ts';
import type { Links } from './links/linked-repositories.ts';
import { type Log, messageOf } from './log.ts';
import { announce } from './loops/announce.ts';
import { type Connections, makeConnections } from './loops/connections.ts';
import { openDoorbell } from './loops/doorbell.ts';
import { beginLife } from './loops/life.ts';
import { startPolling } from './loops/poll.ts';
import { makeRunnerApi, type PulledNeed, readOffer } from './loops/runner-api.ts';
import { startSelfReport } from './loops/self-report.ts';
import { makeActivity } from './machine/activity.ts';
import type { Thresholds } from './machine/hold-back.ts';
import { readLoad } from './machine/load.ts';
import type { RunnerView } from './machine/status-file.ts';
import { makeStuckPushes } from './machine/stuck-pushes.ts';
import { makeTidier } from './machine/tidier.ts';
import { makeMask } from './masking/mask.ts';
import { startTimeOf } from './process/process-table.ts';
import type { OpenCrew } from './session/crew.ts';
import { type Ahead, lookAhead } from './session/look-ahead.ts';
import { openRunSession, type RunSession } from './session/run-session.ts';

export interface RunnerOptions {
  /** Origin of the server, without a path. */
  server: string;
  /** As whom it speaks; `post` reaches the server's public routes. */
  identify(post: PostText): Identity;
  /** What it may work in; null: whatever its server asks (the runner of an embedded server). */
  links: Links | null;
  dataDir: string;
  name: string;
  version: string;
  /** Runs that may be worked on at once. */
  slots: number;
  thresholds: Thresholds;
  found: AnnounceLife['found'];
  durations: Durations;
  env: NodeJS.ProcessEnv;
  log: Log;
  openCrew: OpenCrew;
  /** Its state changed. */
  onView?(view: RunnerView): void;
}

export interface Runner {
  lifeId: string;
  view(): RunnerView;
  /** Finishes the attempts in hand, hands their runs back, takes nothing new, then ends. */
  drain(): void;
  /** Ends in order: nothing new is begun, what was seen is reported, every process is ended. */
  close(): Promise<void>;
  /** Settles when it has ended: by `close`, after a drain, or because the server knows it no more. */
  ended: Promise<'closed' | 'drained' | 'revoked'>;
}

/**
 * Starts a runner: ends what an earlier life left, announces this one, then finds work and carries it out.
 * Throws ServerFault when the server refuses this runner, and Error when the data folder is in use.
 */
export async function startRunner(given: RunnerOptions): Promise<Runner> {
  mkdirSync(given.dataDir, { recursive: true, mode: 0o700 });
  const options = { ...given, dataDir: realpathSync(given.dataDir), server: given.server.replace(/\/+$/, '') };
  const { durations, log, links } = options;
  const life = await beginLife(options.dataDir, durations.KILL_GRACE_MS);
  clearLeftovers(options.dataDir);
  markGit(`${life.id}:git`);
  const closing = new AbortController();
  const connections = makeConnections(options.server);
  const { agent } = connections;
  // Before it is announced there is nothing to end: the refusal is thrown.
  let onRevoked = () => {};
  const identity = watched(options.identify(publicPost(connections, durations, closing.signal)), () => onRevoked());
  const api = makeRunnerApi({ connections, identity, timeoutMs: durations.REQUEST_TIMEOUT_MS, signal: closing.signal });
  const sessions = new Map<string, RunSession>();
  let state: Exclude<RunnerView['state'], 'paused'> = 'connecting';
  let orders = NO_ORDERS;
  let why: 'closed' | 'drained' | 'revoked' = 'closed';
  let settled: (why: 'closed' | 'drained' | 'revoked') => void = () => {};
  const ended = new Promise<'closed' | 'drained' | 'revoked'>((resolve) => {
    settled = resolve;
  });

  const activity = makeActivity({ now: Date.now, mask: makeMask(options.env), onChange: () => changed() });
  const view = (): RunnerView => ({
    pid: process.pid,
    startedAt: startTimeOf(process.pid),
    state: state !== 'online' ? state : orders.draining ? 'draining' : orders.paused ? 'paused' : 'online',
    name: options.name,
    server: options.server,
    slots: options.slots,
    runs: activity.runs(),
    load: report?.load() ?? null,
    heldBack: report?.heldBack() ?? null,
    happened: activity.happened(),
  });
  const takesMore = () => state === 'online' && !orders.paused && !orders.draining;
  const changed = () => options.onView?.(view());
  const become = (next: typeof state, text: string) => {
    state = next;
    activity.tell(text);
  };
  const tidier = makeTidier({
    ...options,
    limit: options.thresholds.worktrees,
    monotonic: () => performance.now(),
    runs: () => [...sessions.keys()],
    // What could not be pushed stands in its clone alone.
    mayForget: () => pushes.faults().length === 0,
  });
  const repositories = async () => (links === null ? null : links.announced());
  let report: ReturnType<typeof startSelfReport> | null = null;
  const announced = await announce(api, options, { life, repositories, signal: closing.signal });
  become('online', `Connected to ${options.server}.`);
  const pushes = makeStuckPushes({
    monotonic: () => performance.now(),
    againMs: durations.PUSH_AGAIN_MS,
    onChange: () => report?.now(),
  });
  report = startSelfReport({
    ...options,
    faults: pushes.faults,
    signal: closing.signal,
    monotonic: () => performance.now(),
    async readLoad() {
      await pushes.check(false);
      const clones = await tidier.tidy();
      return readLoad(options.dataDir, { limit: options.thresholds.worktrees, clones });
    },
    runs: () => sessions.size,
    isDraining: () => state === 'draining',
    repositories,
    announced,
    report: (told) => api.report(told),
    onLooked: () => changed(),
    onFree: () => poll.wake(),
  });
  const freeSlots = () => (!takesMore() || report?.heldBack() ? 0 : Math.max(0, options.slots - sessions.size));
  const poll = startPolling({
    ...options,
    api,
    signal: closing.signal,
    freeSlots,
    bellIsFresh: () => bell.isFresh(),
    onOrders: (given) => heed(given),
    onNeed: (pulled) => takeUp(pulled),
  });
  const errands = makeErrands({ dataDir: options.dataDir, links, log, answer: api.answerErrand });
  const bell = openDoorbell({
    ...options,
    identity,
    agent,
    signal: closing.signal,
    onRing: () => poll.wake(),
    onLost: () => poll.wake(),
    onOffer: (json) => takeOffer(json),
    onErrand: errands.take,
    onCheck: () => void pushes.check(true).then(() => report?.afresh()),
  });

  const open = (runId: string, ahead: Ahead | null, onAnswered: (answer: 'granted' | 'gone' | 'not_yet') => void) => {
    activity.begin(runId);
    const onSeen: Parameters<typeof openRunSession>[0]['onSeen'] = (seen) => activity.see(runId, seen);
    const its = { ...options, identity, agent, runId, lifeId: life.id, runnerName: options.name, onPush: pushes.note };
    const session = openRunSession({ ...its, ahead, onSeen, onAnswered });
    sessions.set(runId, session);
    log('info', 'run_taken_up', { runId });
    void session.ended.then(() => {
      const wasFull = sessions.size >= options.slots;
      sessions.delete(runId);
      activity.leave(runId);
      log('info', 'run_left', { runId });
      if (state === 'draining' && sessions.size === 0) end('drained');
      // What held back a second run holds back no first one.
      if (sessions.size === 0 && report?.heldBack()) report.now();
      // While there was room, a bell that can be trusted has told of all that could be had.
      if (wasFull || !bell.isFresh()) poll.wake();
    });
  };
  const heed = (given: RunnerOrders) => {
    const was = orders;
    orders = given;
    if (was.paused === given.paused && was.draining === given.draining) return;
    activity.tell(saidOf(given));
    // What was just asked with no room is asked for now.
    if (takesMore()) poll.wake();
    if (state !== 'online' || was.draining === given.draining) return;
    for (const session of sessions.values()) session.drain(given.draining);
  };
  const settle = (acks: string[], retries: string[]) =>
    void api.acknowledge({ acks, retries }).catch((error) => log('warn', 'acknowledge_failed', { message: messageOf(error) }));
  const takeUp = ({ leaseId, need }: PulledNeed) => {
    if (need === null || !isRunId(need.runId)) return settle([leaseId], []);
    const known = sessions.get(need.runId);
    // A run that was opened again while its last session is cleared away is asked for anew, not dropped.
    if (known?.isEnding()) return void known.ended.then(() => settle([], [leaseId]));
    if (known) return settle([leaseId], []);
    if (!takesMore()) return settle([], [leaseId]);
    const ahead = need.begin && lookAhead(options.dataDir, links, need.begin);
    open(need.runId, ahead, (answer) => {
      if (answer !== 'not_yet') return settle([leaseId], []);
      // Another machine may still hold it: the slot is given back, and the message comes again.
      void sessions.get(need.runId)?.close();
      settle([], [leaseId]);
    });
  };
  /** What cannot be read, or comes when there is no room, is asked for or given back. */
  const takeOffer = (json: string) => {
    const offer = readOffer(json);
    if (offer === null) return poll.wake();
    heed(offer.orders);
    const room = freeSlots();
    for (const pulled of offer.needs.slice(0, room)) takeUp(pulled);
    const retries = offer.needs.slice(room).map(({ leaseId }) => leaseId);
    if (retries.length > 0) settle([], retries);
  };
  let ending: Promise<void> | null = null;
  const end = (reason: 'closed' | 'drained' | 'revoked') => {
    ending ??= (async () => {
      why = reason;
      become(reason === 'revoked' ? 'revoked' : 'ending', SAID[reason]);
      await Promise.all([...sessions.values()].map((session) => session.close()));
      closing.abort();
      await Promise.all([poll.ended, bell.ended, report?.ended]);
      connections.close();
      life.end();
      settled(why);
    })();
    return ending;
  };
  onRevoked = () => void end('revoked');
  // What an earlier life saw and nobody has confirmed is evidence and cost: it is told first.
  for (const runId of runsWithJournals(options.dataDir).slice(0, options.slots))
    open(runId, null, (answer) => answer === 'not_yet' && void sessions.get(runId)?.close());
  return {
    lifeId: life.id,
    view,
    ended,
    drain() {
      if (state !== 'online') return;
      become('draining', 'Draining: what is in hand is finished, nothing new is taken.');
      report?.now();
      if (sessions.size === 0) void end('drained');
      for (const session of sessions.values()) session.drain(true);
    },
    close: () => end('closed'),
  };
}

const SAID = {
  closed: 'Ending: what is in hand is handed back.',
  drained: 'Drained.',
  revoked: 'The server knows this machine no more: it was revoked, or registered anew elsewhere.',
};

function saidOf({ paused, draining }: RunnerOrders): string {
  if (draining) return 'A person drains this machine: attempts in hand are finished, their runs handed back, nothing new is taken.';
  return paused ? 'A person paused this machine: what is in hand goes on, nothing new is taken.' : 'This machine takes work again.';
}

/** The server's last word about this machine is heard wherever it is said first. */
function watched(identity: Identity, onRevoked: () => void): Identity {
  return {
    refused: identity.refused,
    async token() {
      try {
        return await identity.token();
      } catch (error) {
        if (isRevoked(error)) queueMicrotask(onRevoked);
        throw error;
      }
    },
  };
}

function publicPost(connections: Connections, durations: Durations, signal: AbortSignal): PostText {
  return (path, body) =>
    connections.post(path, body, { token: null, signal: AbortSignal.any([signal, AbortSignal.timeout(durations.REQUEST_TIMEOUT_MS)]) });
}

/** Worktrees and homes of earlier lives: their processes are dead, and every lease makes its own. */
function clearLeftovers(dataDir: string): void {
  rmSync(join(dataDir, 'worktrees'), { recursive: true, force: true, maxRetries: 3 });
  rmSync(join(dataDir, 'looks'), { recursive: true, force: true, maxRetries: 3 });
  rmSync(join(dataDir, 'homes'), { recursive: true, force: true, maxRetries: 3 });
  removeStaleLocks(dataDir);
}
