import type { Agent } from 'node:http';
import { CLAIM_HEADER, CLAIM_HEARD, claimHeader } from '@specwright/protocol/claim-header.ts';
import { type RunnerDown, runnerDownSchema } from '@specwright/protocol/runner-down.ts';
import type { Claim } from '@specwright/protocol/runner-up.ts';
import type { Durations } from '../durations.ts';
import type { Identity } from '../identity/identity.ts';
import { type Log, messageOf } from '../log.ts';
import { pause } from './backoff.ts';
import { openLiveSocket } from './live-socket.ts';

export interface RunSocketOptions {
  server: string;
  identity: Identity;
  agent: Agent;
  runId: string;
  durations: Durations;
  log: Log;
  signal: AbortSignal;
  /** What to claim with, each time the socket opens. */
  claim(): Claim;
  /** `sentAt`: when the claim or question that this answers was sent (monotonic). */
  onDown(message: RunnerDown, sentAt: number): void;
  /** A ping was answered on a connection whose claim was granted. On any other an answer says nothing of the lease. */
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

/**
 * The socket to one run. The claim travels with each opening, so that the answer is the first frame; it is said as a frame to a
 * server that did not hear it there, and again while the run's object answers `not_yet`.
 */
export function openRunSocket(options: RunSocketOptions): RunSocket {
  // When what is not answered yet was sent: answers come in the order of what was asked.
  let claims: number[] = [];
  let questions: number[] = [];
  let isGranted = false;
  const sentAs = (list: number[], text: string) => {
    const at = performance.now();
    if (!socket.send(text)) return false;
    list.push(at);
    return true;
  };
  const claim = () => sentAs(claims, JSON.stringify(options.claim()));
  const socket = openLiveSocket({
    ...options,
    url: `${options.server.replace(/^http/, 'ws')}/runner-api/runs/${encodeURIComponent(options.runId)}/socket`,
    random: Math.random,
    headers() {
      claims = [performance.now()];
      questions = [];
      isGranted = false;
      return { [CLAIM_HEADER]: claimHeader(options.claim()) };
    },
    onOpen(answered) {
      if (answered[CLAIM_HEADER] === CLAIM_HEARD) return;
      claims = [];
      claim();
    },
    onText(text) {
      const message = parse(text, options.log);
      if (message === null) return;
      if (CLAIM_ANSWERS.has(message.type)) isGranted = message.type === 'granted';
      const asked = message.type === 'lease_confirmed' ? questions : CLAIM_ANSWERS.has(message.type) ? claims : [];
      options.onDown(message, asked.shift() ?? Number.NEGATIVE_INFINITY);
      if (message.type === 'not_yet') void pause(message.retryInMs, options.signal).then(() => options.signal.aborted || claim());
    },
    onPong(sentAt) {
      if (isGranted) options.onPong(sentAt);
    },
    onRefused(status) {
      if (![401, 403, 404, 410, 426].includes(status)) return false;
      options.onRefused(status);
      return true;
    },
  });
  const ask = (text: string) => sentAs(questions, text);
  return { send: socket.send, waiting: socket.waiting, isOpen: socket.isOpen, pingEvery: socket.pingEvery, ask, ended: socket.ended };
}

const CLAIM_ANSWERS = new Set<RunnerDown['type']>(['granted', 'not_yet', 'gone']);

function parse(text: string, log: Log): RunnerDown | null {
  try {
    return runnerDownSchema.parse(JSON.parse(text));
  } catch (error) {
    log('error', 'unknown_message', { message: messageOf(error).slice(0, 300) });
    return null;
  }
}
