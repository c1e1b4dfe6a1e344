import { closeSync, existsSync, fdatasync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { Piece } from '@specwright/protocol/piece.ts';
import { type RunnerFact, runnerFactSchema } from '@specwright/protocol/runner-fact.ts';
import { z } from 'zod';

/** A fact as the journal holds it: its number under its fence, and the pieces it names that no fact before it named. */
export interface Entry {
  fence: number;
  number: number;
  fact: RunnerFact;
  pieces: Piece[];
}

const entrySchema = z.object({
  fence: z.number().int(),
  number: z.number().int().positive(),
  fact: runnerFactSchema,
  pieces: z.array(z.object({ hash: z.string(), text: z.string() })),
});
const confirmedSchema = z.object({ fence: z.number().int(), confirmed: z.number().int().nonnegative() });
/** What came with a job: the object takes its facts, in a later life too, with this alone. */
const credentialSchema = z.object({ jobId: z.string(), credential: z.string() });
const lineSchema = z.union([entrySchema, confirmedSchema, credentialSchema]);

/** Reads a journal: the entries that nobody confirmed, in order, and the credentials of jobs. A torn or foreign line is skipped: it was never sent. */
export function readJournal(path: string): { entries: Entry[]; credentials: Map<string, string> } {
  const credentials = new Map<string, string>();
  if (!existsSync(path)) return { entries: [], credentials };
  const entries: Entry[] = [];
  const confirmed = new Map<number, number>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const parsed = parseLine(line);
    if (parsed === null) continue;
    if ('credential' in parsed) credentials.set(parsed.jobId, parsed.credential);
    else if ('confirmed' in parsed) confirmed.set(parsed.fence, Math.max(parsed.confirmed, confirmed.get(parsed.fence) ?? 0));
    else entries.push(parsed);
  }
  return { entries: entries.filter((entry) => entry.number > (confirmed.get(entry.fence) ?? 0)), credentials };
}

function parseLine(line: string): z.infer<typeof lineSchema> | null {
  if (line === '') return null;
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

export interface JournalFile {
  append(entries: Entry[]): void;
  confirm(fence: number, upTo: number): void;
  trust(jobId: string, credential: string): void;
  close(): void;
  remove(): void;
}

/**
 * Opens a run's journal to append. A write survives the death of this process at once; the sync to disk follows beside
 * the work (what a power cut could take is proved by the branch or asked again).
 */
export function openJournalFile(path: string): JournalFile {
  // A torn last line of a killed process must not swallow the next one.
  const torn = existsSync(path) && !readFileSync(path).subarray(-1).equals(Buffer.from('\n')) && readFileSync(path).length > 0;
  const file = openSync(path, 'a', 0o600);
  let open = true;
  let syncing = false;
  const sync = () => {
    if (syncing || !open) return;
    syncing = true;
    fdatasync(file, () => {
      syncing = false;
      if (!open) closeSync(file);
    });
  };
  const write = (text: string) => {
    if (!open) return;
    writeSync(file, text);
    sync();
  };
  const close = () => {
    if (!open) return;
    open = false;
    if (!syncing) closeSync(file);
  };
  if (torn) write('\n');
  return {
    append: (entries) => write(entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')),
    confirm: (fence, upTo) => write(`${JSON.stringify({ fence, confirmed: upTo })}\n`),
    trust: (jobId, credential) => write(`${JSON.stringify({ jobId, credential })}\n`),
    close,
    remove() {
      close();
      rmSync(path, { force: true });
    },
  };
}
