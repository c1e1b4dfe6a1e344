import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A draft that is older was left by a process that died on its way. */
const LEFT_MS = 60_000;

/** Replaces a file at once, readable by its owner alone: a reader sees the old text or the new one, after a power cut too. */
export function writeWhole(file: string, text: string): void {
  removeLeft(file);
  renameSync(draftOf(file, text, true), file);
}

/** The same for a file that means nothing after a restart: nothing waits for the disk. */
export function writeFleeting(file: string, text: string): void {
  renameSync(draftOf(file, text, false), file);
}

/** Makes a file, whole or not at all; where one is already, or another process was first, that one stays. */
export function writeOnce(file: string, text: string): void {
  removeLeft(file);
  const draft = draftOf(file, text, true);
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function draftOf(file: string, text: string, isLasting: boolean): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}-${randomBytes(6).toString('hex')}`;
  const opened = openSync(draft, 'wx', 0o600);
  try {
    writeSync(opened, text);
    if (isLasting) fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
  return draft;
}

/** Drafts may hold secrets. */
function removeLeft(file: string): void {
  const folder = dirname(file);
  const isDraft = (name: string) => name.startsWith(`${basename(file)}-`) && /-[0-9a-f]{12}$/.test(name);
  for (const name of namesIn(folder).filter(isDraft)) {
    const { mtimeMs } = statSync(join(folder, name), { throwIfNoEntry: false }) ?? { mtimeMs: Number.POSITIVE_INFINITY };
    if (mtimeMs < Date.now() - LEFT_MS) rmSync(join(folder, name), { force: true });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
