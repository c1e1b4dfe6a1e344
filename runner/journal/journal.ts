import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Piece } from '@specwright/protocol/piece.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { type Entry, openJournalFile, readJournal } from './journal-file.ts';

/**
 * What a runner saw of one run, until the run's object has confirmed it.
 * Always true: numbers under a fence are dense from 1; an entry leaves only when it is confirmed.
 */
export interface Journal {
  /** Numbers a fact and keeps it. */
  add(fence: number, fact: RunnerFact, pieces: Piece[]): Entry;
  /** The object holds facts of this fence up to `number`: new ones are numbered above it. */
  startAbove(fence: number, number: number): void;
  /** Entries of a fence above a number, in order. */
  above(fence: number, number: number): Entry[];
  /** Fences with unconfirmed entries, oldest first. */
  fences(): number[];
  confirm(fence: number, upTo: number): void;
  /** Keeps what came with a job, for as long as facts about it may be told. */
  trust(jobId: string, credential: string): void;
  /** The credential that came with a job; empty: none did. */
  credentialOf(jobId: string): string;
  /** The credentials of the jobs that these entries name. */
  credentialsOf(entries: Entry[]): Record<string, string>;
  isEmpty(): boolean;
  close(): void;
  /** Forgets everything, file and all. */
  remove(): void;
}

const MAX_KNOWN_PIECES = 5000;

/** Ids of runs name files here: one that could name another place is none. */
export function isRunId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(text);
}

/** Opens the journal of a run below `dataDir`, with what earlier lives left in it. Throws for an id that is none. */
export function openJournal(dataDir: string, runId: string): Journal {
  if (!isRunId(runId)) throw new Error('Not the id of a run');
  const folder = join(dataDir, 'journals');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${runId}.jsonl`);
  const read = readJournal(path);
  const { credentials } = read;
  let { entries } = read;
  const file = openJournalFile(path);
  const last = new Map<number, number>();
  for (const entry of entries) last.set(entry.fence, Math.max(entry.number, last.get(entry.fence) ?? 0));
  const known = new Set<string>();
  return {
    add(fence, fact, pieces) {
      const fresh = pieces.filter((piece) => !known.has(`${fence}:${piece.hash}`));
      if (known.size > MAX_KNOWN_PIECES) known.clear();
      for (const piece of fresh) known.add(`${fence}:${piece.hash}`);
      const entry = { fence, number: (last.get(fence) ?? 0) + 1, fact, pieces: fresh };
      last.set(fence, entry.number);
      entries.push(entry);
      file.append([entry]);
      return entry;
    },
    startAbove(fence, number) {
      last.set(fence, Math.max(number, last.get(fence) ?? 0));
    },
    above: (fence, number) => entries.filter((entry) => entry.fence === fence && entry.number > number),
    fences: () => [...new Set(entries.map((entry) => entry.fence))].sort((a, b) => a - b),
    confirm(fence, upTo) {
      const before = entries.length;
      entries = entries.filter((entry) => entry.fence !== fence || entry.number > upTo);
      if (entries.length !== before) file.confirm(fence, upTo);
    },
    trust(jobId, credential) {
      if (credentials.get(jobId) === credential) return;
      credentials.set(jobId, credential);
      file.trust(jobId, credential);
    },
    credentialOf: (jobId) => credentials.get(jobId) ?? '',
    credentialsOf(named) {
      const jobs = new Set(named.flatMap(({ fact }) => ('jobId' in fact && fact.jobId !== null ? [fact.jobId] : [])));
      return Object.fromEntries([...jobs].flatMap((job) => [[job, credentials.get(job)]]).filter(([, held]) => held !== undefined));
    },
    isEmpty: () => entries.length === 0,
    close: () => file.close(),
    remove: () => file.remove(),
  };
}

/** The runs whose journals hold something that nobody confirmed. */
export function runsWithJournals(dataDir: string): string[] {
  const folder = join(dataDir, 'journals');
  mkdirSync(folder, { recursive: true });
  const runs = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  return runs.map((name) => name.slice(0, -'.jsonl'.length)).filter((run) => readJournal(join(folder, `${run}.jsonl`)).entries.length > 0);
}
