import type { Piece } from '@specwright/protocol/piece.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import type { FactsFrame, TextFrame } from '@specwright/protocol/runner-up.ts';
import type { Durations } from '../durations.ts';
import type { Journal } from '../journal/journal.ts';
import type { Entry } from '../journal/journal-file.ts';

const MAX_FACTS = 200;
const MAX_FACT_CHARS = 256 * 1024;
const MAX_PIECE_CHARS = 2 * 1024 * 1024;
/** Streamed text is dropped while this much waits to be sent: it is a convenience, facts are not. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** The wire that a reporter speaks on: a run's socket. */
export interface ReportWire {
  send(text: string): boolean;
  waiting(): number;
}

/**
 * Carries facts from the journal to the run's object. Watched: the first goes within BATCH_FIRST_MS,
 * followers within BATCH_WATCHED_MS together. Unwatched: steps wait as briefly, the rest longer and longer, so that a chunk costs few
 * frames. What the decider waits for goes at once, with all that came before it.
 */
export interface Reporter {
  report(fence: number, fact: RunnerFact, pieces: Piece[]): void;
  stream(frame: TextFrame): void;
  watch(on: boolean): void;
  isWatched(): boolean;
  /** The socket is granted under `fence`; the object holds `received` of each fence. Sends all that it lacks. */
  connect(fence: number, received: Record<string, number>): void;
  /** The run is not this runner's: what it saw is still told, once. */
  sendEvidence(): void;
  disconnect(): void;
  confirm(fence: number, upTo: number): void;
  /** A job begins: waits are short again. */
  begin(): void;
  flush(): void;
  close(): void;
}

const AT_ONCE = new Set<RunnerFact['kind']>([
  ...(['reconciled', 'reconcile_failed', 'job_ended', 'job_held', 'question_asked', 'question_closed'] as const),
]);
const SOON = new Set<RunnerFact['kind']>([
  'step_started',
  'step_ended',
  'agent_started',
  'check_ended',
  'review_ended',
  'noticed',
  'diagnosed',
]);

export function makeReporter(wire: ReportWire, journal: Journal, durations: Durations): Reporter {
  let connected: { fence: number; sent: number } | null = null;
  let watched = false;
  let flushedAt = Number.NEGATIVE_INFINITY;
  let unwatchedMs = durations.BATCH_UNWATCHED_MS;
  let timer: { at: number; handle: NodeJS.Timeout } | null = null;
  const texts = new Map<string, TextFrame>();

  const flush = () => {
    if (timer) clearTimeout(timer.handle);
    timer = null;
    flushedAt = performance.now();
    sendTexts(wire, texts);
    if (connected === null) return;
    const entries = journal.above(connected.fence, connected.sent);
    if (sendEntries(wire, journal, entries)) connected.sent = entries.at(-1)?.number ?? connected.sent;
  };
  const flushWithin = (ms: number) => {
    const at = performance.now() + ms;
    if (timer !== null && timer.at <= at) return;
    if (timer) clearTimeout(timer.handle);
    timer = { at, handle: setTimeout(flush, ms) };
  };
  const watchedWait = () => Math.max(durations.BATCH_FIRST_MS, flushedAt + durations.BATCH_WATCHED_MS - performance.now());
  return {
    report(fence, fact, pieces) {
      journal.add(fence, fact, pieces);
      if (AT_ONCE.has(fact.kind)) return flush();
      if (watched) return flushWithin(watchedWait());
      if (SOON.has(fact.kind)) return flushWithin(durations.BATCH_WATCHED_MS);
      if (timer === null) {
        flushWithin(unwatchedMs);
        unwatchedMs = Math.min(unwatchedMs * 2, durations.BATCH_UNWATCHED_MOST_MS);
      }
    },
    stream(frame) {
      if (!watched || connected === null) return;
      const key = `${frame.jobId} ${frame.part} ${frame.role}`;
      const before = texts.get(key);
      if (before && before.offset + before.text.length === frame.offset) before.text += frame.text;
      else {
        if (before) sendTexts(wire, new Map([[key, before]]));
        texts.set(key, { ...frame });
      }
      flushWithin(watchedWait());
    },
    watch(on) {
      watched = on;
      if (on) flush();
      else texts.clear();
    },
    isWatched: () => watched,
    connect(fence, received) {
      for (const older of journal.fences().filter((its) => its < fence)) {
        const held = received[String(older)] ?? 0;
        journal.confirm(older, held);
        sendEntries(wire, journal, journal.above(older, held));
      }
      const held = received[String(fence)] ?? 0;
      journal.startAbove(fence, held);
      journal.confirm(fence, held);
      connected = { fence, sent: held };
      flush();
    },
    sendEvidence() {
      for (const fence of journal.fences()) sendEntries(wire, journal, journal.above(fence, 0));
    },
    disconnect() {
      connected = null;
      watched = false;
      texts.clear();
    },
    confirm: (fence, upTo) => journal.confirm(fence, upTo),
    begin() {
      unwatchedMs = durations.BATCH_UNWATCHED_MS;
    },
    flush,
    close() {
      if (timer) clearTimeout(timer.handle);
      connected = null;
    },
  };
}

function sendTexts(wire: ReportWire, texts: Map<string, TextFrame>): void {
  for (const frame of texts.values()) if (wire.waiting() < MAX_WAITING_BYTES) wire.send(JSON.stringify(frame));
  texts.clear();
}

/** Sends entries of one fence as consecutive frames. False: the socket went away; the next `connect` sends them again. */
function sendEntries(wire: ReportWire, journal: Journal, entries: Entry[]): boolean {
  let from = 0;
  while (from < entries.length) {
    const to = frameEnd(entries, from);
    const frame = frameOf(journal, entries.slice(from, to));
    if (frame === null || !wire.send(JSON.stringify(frame))) return false;
    from = to;
  }
  return true;
}

function frameEnd(entries: Entry[], from: number): number {
  let facts = 0;
  let pieces = 0;
  for (let at = from; at < entries.length; at++) {
    const entry = entries[at];
    if (!entry) return at;
    facts += JSON.stringify(entry.fact).length;
    pieces += entry.pieces.reduce((sum, piece) => sum + piece.text.length, 0);
    if (at > from && (at - from >= MAX_FACTS || facts > MAX_FACT_CHARS || pieces > MAX_PIECE_CHARS)) return at;
  }
  return entries.length;
}

function frameOf(journal: Journal, entries: Entry[]): FactsFrame | null {
  const [first] = entries;
  const last = entries.at(-1);
  if (!first || !last) return null;
  const pieces = new Map(entries.flatMap((entry) => entry.pieces).map((piece) => [piece.hash, piece]));
  return {
    type: 'facts',
    fence: first.fence,
    first: first.number,
    last: last.number,
    facts: entries.map((entry) => entry.fact),
    pieces: [...pieces.values()],
    credentials: journal.credentialsOf(entries),
  };
}
