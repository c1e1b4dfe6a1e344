import type { PageDown } from '@specwright/protocol/page-frame.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import type { TextFrame } from '@specwright/protocol/runner-up.ts';
import { EventLog } from './event-log.ts';

export type Evolve = (state: RunState | null, event: StoredEvent) => RunState;

/** The end of a text that an agent or a command is writing now. */
export interface LiveText {
  jobId: string;
  part: string;
  role: TextFrame['role'];
  text: string;
  /** UTF-16 units written so far; the next frame continues here. */
  end: number;
}

/** All that a page knows of one run. `run` is always the fold of events 1 to `run.seq`. */
export interface Feed {
  run: RunState;
  log: EventLog;
  texts: ReadonlyMap<string, LiveText>;
  /** What the socket must do next: a gap or an order to resync asks for a new socket, another build for a new page. */
  demand: 'none' | 'reopen' | { reload: string };
}

const TEXT_KEPT_CHARS = 12_000;

export function startFeed(run: RunState, recent: readonly StoredEvent[]): Feed {
  const log = new EventLog();
  log.put(recent);
  return { run, log, texts: new Map(), demand: 'none' };
}

/** Folds one frame. Doubled events change nothing; a gap is never folded over. `build` is this page's own. */
export function receive(feed: Feed, frame: PageDown, { evolve, build }: { evolve: Evolve; build: string }): Feed {
  switch (frame.type) {
    case 'greeting':
      return { ...feed, demand: frame.build === build ? 'none' : { reload: frame.build } };
    case 'state':
      feed.log.put(frame.recent);
      return frame.state.seq >= feed.run.seq ? { ...feed, run: frame.state, demand: 'none' } : feed;
    case 'events':
      return foldEvents(feed, frame.events, evolve);
    case 'text':
      return { ...feed, texts: appendText(feed.texts, frame) };
    case 'resync':
      return { ...feed, demand: 'reopen' };
    default:
      return feed;
  }
}

function foldEvents(feed: Feed, events: StoredEvent[], evolve: Evolve): Feed {
  let { run, texts } = feed;
  feed.log.put(events);
  for (const event of events) {
    if (event.seq <= run.seq) continue;
    if (event.seq > run.seq + 1) return { ...feed, run, texts, demand: 'reopen' };
    run = evolve(run, event);
    if (event.kind === 'job_ordered') texts = new Map();
  }
  return { ...feed, run, texts };
}

function appendText(texts: ReadonlyMap<string, LiveText>, frame: TextFrame): Map<string, LiveText> {
  const known = texts.get(frame.part);
  const overlap = known ? known.end - frame.offset : 0;
  const next = new Map(texts);
  if (known && overlap >= frame.text.length) return next;
  const joined = known && overlap >= 0 ? known.text + frame.text.slice(overlap) : frame.text;
  next.set(frame.part, {
    jobId: frame.jobId,
    part: frame.part,
    role: frame.role,
    text: joined.slice(-TEXT_KEPT_CHARS),
    end: frame.offset + frame.text.length,
  });
  return next;
}
