import type { Agent } from 'node:http';
import { ERRAND_WORD } from '@specwright/protocol/errand.ts';
import { OFFER_WORD } from '@specwright/protocol/pull.ts';
import type { Durations } from '../durations.ts';
import type { Identity } from '../identity/identity.ts';
import type { Log } from '../log.ts';
import { openLiveSocket } from './live-socket.ts';

export interface Doorbell {
  /** The last answered ping is younger than DOORBELL_FRESH_MS: the bell can be trusted to ring. */
  isFresh(): boolean;
  ended: Promise<void>;
}

/** Holds the socket on which the server says `pull`, `check`, what this machine alone can do, and what a person asks of this machine. */
export function openDoorbell(options: {
  server: string;
  identity: Identity;
  agent: Agent;
  durations: Durations;
  log: Log;
  signal: AbortSignal;
  onRing(): void;
  /** The bell was open and is not any more: nothing rings until it is open again. */
  onLost(): void;
  /** A person says that what was wrong is mended: look again, and tell. */
  onCheck(): void;
  /** What a pull would have brought: the JSON of its result. */
  onOffer(json: string): void;
  /** A person asks something and waits: the errand as JSON. */
  onErrand(json: string): void;
}): Doorbell {
  let heardAt = Number.NEGATIVE_INFINITY;
  const hear = () => {
    heardAt = performance.now();
  };
  const socket = openLiveSocket({
    ...options,
    url: `${options.server.replace(/^http/, 'ws')}/runner-api/doorbell`,
    random: Math.random,
    pongWithinMs: options.durations.DOORBELL_PONG_WITHIN_MS,
    // What was offered while the bell was away is asked for at once.
    onOpen() {
      hear();
      options.onRing();
    },
    onText(text) {
      hear();
      if (text === 'pull') options.onRing();
      if (text === 'check') options.onCheck();
      if (text.startsWith(OFFER_WORD)) options.onOffer(text.slice(OFFER_WORD.length));
      if (text.startsWith(ERRAND_WORD)) options.onErrand(text.slice(ERRAND_WORD.length));
    },
    onPong: hear,
    onClosed() {
      const wasOpen = heardAt > Number.NEGATIVE_INFINITY;
      heardAt = Number.NEGATIVE_INFINITY;
      if (wasOpen) options.onLost();
    },
  });
  socket.pingEvery(options.durations.DOORBELL_PING_MS);
  return { ended: socket.ended, isFresh: () => performance.now() - heardAt < options.durations.DOORBELL_FRESH_MS };
}
