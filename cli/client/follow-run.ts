import { Acknowledging } from '@specwright/protocol/acknowledging.ts';
import { evolve } from '@specwright/protocol/evolve.ts';
import type { PageDown } from '@specwright/protocol/page-frame.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import WebSocket from 'ws';
import { CommandError } from '../command-error.ts';
import type { ApiClient } from './api-client.ts';

export interface Watcher {
  /** Every event of the run, once and in order. */
  onEvent?(event: StoredEvent): void;
  onState?(state: RunState): void;
  onConnection?(connected: boolean): void;
}

/** How long a follower tries to reach the server again before it gives up, in milliseconds. */
const GIVE_UP_MS = 5 * 60_000;

/**
 * Follows a run from its first event until it rests, across lost connections: each socket opens with the last number seen.
 * `signal` ends the following; the run goes on. Answers the state at rest, or null when it was ended before.
 */
export async function followRun(client: ApiClient, runId: string, watcher: Watcher, signal?: AbortSignal): Promise<RunState | null> {
  const fold: Fold = { state: null };
  let lostAt: number | null = null;
  while (!signal?.aborted) {
    const end = await followSocket(client, runId, { fold, watcher, signal });
    if (end === 'rest') return fold.state;
    if (signal?.aborted) return null;
    if (end === 'refused') throw new CommandError(`The server no longer knows the run ${runId}.`);
    if (end === 'opened') lostAt = null;
    lostAt ??= performance.now();
    watcher.onConnection?.(false);
    if (performance.now() - lostAt > GIVE_UP_MS)
      throw new CommandError(`The connection to ${client.url} stayed lost; the run goes on without this view.`);
    await new Promise((done) => setTimeout(done, 500));
  }
  return null;
}

interface Fold {
  state: RunState | null;
}

type SocketEnd = 'rest' | 'refused' | 'opened' | 'unreachable';

function followSocket(
  client: ApiClient,
  runId: string,
  follow: { fold: Fold; watcher: Watcher; signal: AbortSignal | undefined },
): Promise<SocketEnd> {
  const { fold, watcher } = follow;
  return new Promise((done) => {
    const url = `${client.url.replace(/^http/, 'ws')}/api/runs/${runId}/socket?since=${fold.state?.seq ?? 0}`;
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${client.credential}` }, perMessageDeflate: false });
    const acknowledging = new Acknowledging((message) => socket.send(message));
    let end: SocketEnd = 'unreachable';
    const stop = () => socket.terminate();
    follow.signal?.addEventListener('abort', stop, { once: true });
    socket.on('open', () => {
      end = 'opened';
      acknowledging.begin(fold.state?.seq ?? 0);
      watcher.onConnection?.(true);
    });
    socket.on('message', (data) => {
      const text = data.toString();
      if (text === 'pong') return;
      take(JSON.parse(text) as PageDown, fold, watcher);
      if (fold.state) acknowledging.folded(fold.state.seq);
      if (fold.state && isAtRest(fold.state)) {
        end = 'rest';
        socket.terminate();
      }
    });
    socket.on('unexpected-response', (_request, response) => {
      end = response.statusCode === 404 ? 'refused' : 'unreachable';
      socket.terminate();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      acknowledging.end();
      follow.signal?.removeEventListener('abort', stop);
      done(end);
    });
  });
}

function take(frame: PageDown, fold: Fold, watcher: Watcher): void {
  if (frame.type === 'state' && frame.state.seq > (fold.state?.seq ?? 0)) {
    for (const event of frame.recent) if (event.seq > (fold.state?.seq ?? 0)) watcher.onEvent?.(event);
    fold.state = frame.state;
    watcher.onState?.(fold.state);
  }
  if (frame.type === 'events') {
    for (const event of frame.events) {
      if (event.seq <= (fold.state?.seq ?? 0)) continue;
      fold.state = evolve(fold.state, event);
      watcher.onEvent?.(event);
    }
    if (fold.state) watcher.onState?.(fold.state);
  }
}
