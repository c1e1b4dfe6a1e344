import type { PageDown } from '@specwright/protocol/page-frame.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PageSockets } from './page-sockets.ts';
import { creating, planned } from './testing/samples.ts';
import { Story } from './testing/story.ts';

const BATCH_MS = 50;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A run with one page that watches it. What a step of the story appends is broadcast, as the run's object does. */
function watched() {
  const story = new Story();
  story.does(creating([planned('a')]));
  const frames: PageDown[] = [];
  const socket = fakeSocket(frames);
  const open: WebSocket[] = [];
  const sockets = new PageSockets(
    { acceptWebSocket: (page: WebSocket) => void open.push(page), getWebSockets: () => open } as unknown as DurableObjectState,
    {
      state: () => story.is,
      events: (after) => story.log.filter(({ seq }) => seq > after),
      view: () => ({ state: story.is, recent: [] }),
    },
    { batchMs: BATCH_MS, build: 'test', db: {} as D1Database, authorityMs: 60_000 },
  );
  sockets.join(socket, story.is.seq, { userId: 'u', sessionId: 's', keyId: null }, Date.now());
  frames.length = 0;
  const tell = (work: () => void) => {
    const { seq } = story.is;
    work();
    sockets.broadcast(story.log.filter((event) => event.seq > seq));
  };
  return {
    story,
    tell,
    told: () => frames.flatMap((frame) => (frame.type === 'events' ? frame.events.map(({ kind }) => kind) : [])),
    frames,
  };
}

function fakeSocket(frames: PageDown[]): WebSocket {
  let kept: unknown = null;
  return {
    readyState: WebSocket.OPEN,
    send: (message: string) => void frames.push(JSON.parse(message)),
    close: () => {},
    serializeAttachment: (given: unknown) => {
      kept = given;
    },
    deserializeAttachment: () => kept,
  } as unknown as WebSocket;
}

const last = (events: StoredEvent[]) => events.at(-1)?.kind;

describe('a page is told', () => {
  it('the first event of a burst at once, and what follows within the batch time together', () => {
    const { story, tell, told, frames } = watched();
    tell(() => story.does({ kind: 'pause', actor: null }));
    expect(frames).toHaveLength(1);
    const before = told().length;
    tell(() => story.does({ kind: 'resume', actor: null, plan: null }));
    tell(() => story.does({ kind: 'pause', actor: null }));
    expect(told()).toHaveLength(before);
    vi.advanceTimersByTime(BATCH_MS);
    expect(frames).toHaveLength(2);
    expect(told().at(-1)).toBe(last(story.log));
  });

  it('the end of the run at once, with all that waited', () => {
    const { story, tell, told, frames } = watched();
    tell(() => story.does({ kind: 'pause', actor: null }));
    tell(() => story.does({ kind: 'resume', actor: null, plan: null }));
    tell(() => story.does({ kind: 'stop', actor: null }));
    expect(frames).toHaveLength(2);
    expect(told().at(-1)).toBe(last(story.log));
    vi.advanceTimersByTime(2 * BATCH_MS);
    expect(frames).toHaveLength(2);
  });
});
