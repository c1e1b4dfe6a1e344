import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clone, fetchCommits } from './clone.ts';
import { checkCommit, type GitFault, git, refPart } from './git.ts';

/** The commits that these refs hold above `base`, as a git bundle; null: there are none. Throws GitFault. */
export async function makeBundle(clone: Clone, refs: string[], base: string): Promise<Buffer | null> {
  const file = join(clone.dir, `bundle-${crypto.randomUUID()}`);
  try {
    await git(['bundle', 'create', '--quiet', file, ...refs, `^${checkCommit(base)}`, '--'], { cwd: clone.dir });
    return readFileSync(file);
  } catch (fault) {
    if (/empty bundle/.test((fault as GitFault).said ?? '')) return null;
    throw fault;
  } finally {
    rmSync(file, { force: true });
  }
}

/** Brings a bundle's commits into the clone, named by refs of the run. Throws GitFault when it is broken, or stands on commits that are not to be had. */
export async function takeBundle(clone: Clone, runId: string, bytes: Buffer): Promise<void> {
  const file = join(clone.dir, `bundle-${crypto.randomUUID()}`);
  try {
    await fetchCommits(clone, standsOn(bytes));
    writeFileSync(file, bytes, { mode: 0o600 });
    const fetch = [
      'fetch',
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--',
      file,
      `+refs/*:refs/specwright-handed/${refPart(runId)}/*`,
    ];
    await git(['-c', 'fetch.fsckObjects=true', ...fetch], { cwd: clone.dir });
  } finally {
    rmSync(file, { force: true });
  }
}

/** The commits that a bundle needs to be there: its header's lines with a minus (gitformat-bundle(5)). */
function standsOn(bytes: Buffer): string[] {
  const header = bytes.subarray(0, Math.max(0, bytes.indexOf('\n\n'))).toString('latin1');
  return header.split('\n').flatMap((line) => /^-([0-9a-f]{40,64})\b/.exec(line)?.[1] ?? []);
}
