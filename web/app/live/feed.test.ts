import { evolve, foldRun } from '@specwright/protocol/evolve.ts';
import type { RunEvent, StoredEvent } from '@specwright/protocol/run-event.ts';
import { DEFAULT_RUN_SETTINGS } from '@specwright/protocol/run-plan.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import { describe, expect, test } from 'vitest';
import { type Feed, receive, startFeed } from './feed.ts';

const own = { evolve, build: 'b1' };

const log: StoredEvent[] = [
  {
    kind: 'run_created',
    runId: 'run_1',
    organisationId: 'org_1',
    projectId: 'prj_1',
    specId: 'spc_1',
    specTitle: 'A spec',
    branch: 'specwright/a-spec',
    startFrom: null,
    repository: { kind: 'path', path: '/code', defaultBranch: null },
    plan: { kind: 'chunks', specPiece: 'h', items: [] },
    settings: DEFAULT_RUN_SETTINGS,
    actor: null,
  } satisfies RunEvent,
  ...Array.from({ length: 20 }, (_, i): RunEvent => ({ kind: 'noticed', jobId: null, level: 'info', message: `n${i}` })),
  { kind: 'pause_requested', actor: null } satisfies RunEvent,
].map((event, i) => ({ ...event, seq: i + 1, at: 1000 + i, v: 1 }));

const stateAt = (seq: number) => foldRun(log.slice(0, seq)) as RunState;
const begun = (seq: number) => startFeed(stateAt(seq), log.slice(0, seq));
const events = (from: number, to: number) => ({ type: 'events', events: log.slice(from - 1, to) }) as const;
const text = (offset: number, written: string, part = 'p1') =>
  ({ type: 'text', jobId: 'j', part, role: 'text', offset, text: written }) as const;
const written = (feed: Feed, part = 'p1') => feed.texts.get(part)?.text;

describe('a page folds what its socket says', () => {
  test('events in order give the state that the whole log gives', () => {
    const feed = receive(receive(begun(3), events(4, 10), own), events(11, 22), own);
    expect(feed.run).toEqual(stateAt(22));
    expect(feed.log.firstMissing(1, 22)).toBeNull();
  });

  test('events that were seen already change nothing', () => {
    const once = receive(begun(3), events(4, 10), own);
    const twice = receive(once, events(2, 10), own);
    expect(twice.run).toBe(once.run);
  });

  test('a frame that overlaps is folded from the first new event', () => {
    expect(receive(begun(8), events(5, 12), own).run).toEqual(stateAt(12));
  });

  test('a gap is never folded over: the socket is to be opened again', () => {
    const feed = receive(begun(3), events(6, 9), own);
    expect(feed.run.seq).toBe(3);
    expect(feed.demand).toBe('reopen');
  });

  test('a state that is ahead replaces the page’s own, an older one does not', () => {
    const ahead = receive(begun(3), { type: 'state', state: stateAt(22), recent: log.slice(15) }, own);
    expect(ahead.run.seq).toBe(22);
    const behind = receive(ahead, { type: 'state', state: stateAt(5), recent: log.slice(0, 5) }, own);
    expect(behind.run.seq).toBe(22);
    expect(behind.log.at(5)).toBeDefined();
  });

  test('an order to resync asks for a new socket', () => {
    expect(receive(begun(3), { type: 'resync' }, own).demand).toBe('reopen');
  });

  test('a greeting of another build asks for a new page, the same build for nothing', () => {
    const greeting = (build: string) => ({ type: 'greeting', build, wire: 1, runId: 'run_1', seq: 3 }) as const;
    expect(receive(begun(3), greeting('b2'), own).demand).toEqual({ reload: 'b2' });
    expect(receive(begun(3), greeting('b1'), own).demand).toBe('none');
  });
});

describe('streamed text', () => {
  test('grows by its offsets, and a part that came twice is written once', () => {
    const feed = [text(0, 'Hello'), text(5, ', wo'), text(5, ', wo'), text(7, 'world')].reduce<Feed>(
      (now, frame) => receive(now, frame, own),
      begun(3),
    );
    expect(written(feed)).toBe('Hello, world');
  });

  test('begins anew where a piece in between was missed', () => {
    const feed = receive(receive(begun(3), text(0, 'Hello'), own), text(40, 'later'), own);
    expect(written(feed)).toBe('later');
  });

  test('keeps its end only, however long it becomes', () => {
    const feed = receive(receive(begun(3), text(0, 'a'.repeat(50_000)), own), text(50_000, 'end'), own);
    expect(written(feed)?.length).toBeLessThanOrEqual(12_000);
    expect(written(feed)?.endsWith('end')).toBe(true);
  });
});
