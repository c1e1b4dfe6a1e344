import { type RunnerDown, runnerDownSchema } from '@specwright/protocol/runner-down.ts';
import type { Claim } from '@specwright/protocol/runner-up.ts';
import type { Durations } from '../durations.ts';
import { type Log, messageOf } from '../log.ts';
import { pause } from './backoff.ts';
import { openLiveSocket } from './live-socket.ts';

export interface RunSocketOptions {
  server: string;
  token: string;
  runId: string;
  durations: Durations;
  log: Log;
  signal: AbortSignal;
  /** What to claim with, each time the socket opens. */
  claim(): Claim;
  /** `sentAt`: when the last claim or question was sent (monotonic). */
  onDown(message: RunnerDown, sentAt: number): void;
  onPong(sentAt: number): void;
  onClosed(): void;
  /** The server knows no such run, or not this runner: it will not change by trying. */
  onRefused(status: number): void;
}

export interface RunSocket {
  send(text: string): boolean;
  waiting(): number;
  isOpen(): boolean;
  pingEvery(ms: number): void;
  /** Sends a question whose answer counts from its sending. */
  ask(text: string): boolean;
  ended: Promise<void>;
}

/** The socket to one run: it claims whenever it opens, and asks again while the run's object answers `not_yet`. */
export function openRunSocket(options: RunSocketOptions): RunSocket {
  let sentAt = 0;
  const ask = (text: string) => {
    const at = performance.now();
    if (!socket.send(text)) return false;
    sentAt = at;
    return true;
  };
  const claim = () => ask(JSON.stringify(options.claim()));
  const socket = openLiveSocket({
    ...options,
    url: `${options.server.replace(/^http/, 'ws')}/runner-api/runs/${encodeURIComponent(options.runId)}/socket`,
    random: Math.random,
    onOpen: () => void claim(),
    onText(text) {
      const message = parse(text, options.log);
      if (message === null) return;
      options.onDown(message, sentAt);
      if (message.type === 'not_yet') void pause(message.retryInMs, options.signal).then(() => options.signal.aborted || claim());
    },
    onRefused(status) {
      if (![401, 403, 404, 410, 426].includes(status)) return false;
      options.onRefused(status);
      return true;
    },
  });
  return { send: socket.send, waiting: socket.waiting, isOpen: socket.isOpen, pingEvery: socket.pingEvery, ask, ended: socket.ended };
}

function parse(text: string, log: Log): RunnerDown | null {
  try {
    return runnerDownSchema.parse(JSON.parse(text));
  } catch (error) {
    log('error', 'unknown_message', { message: messageOf(error).slice(0, 300) });
    return null;
  }
}
