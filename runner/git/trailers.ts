import type { Clone } from './clone.ts';
import { checkCommit, git } from './git.ts';

/** A promotion, as its commit tells it. */
export interface Promotion {
  chunkId: string;
  attempt: number;
  commit: string;
  verdict: string;
}

const NAMES = ['Run', 'Chunk', 'Attempt', 'Verdict'] as const;
const MAX_COMMITS = 5000;

/** What a branch proves about a run. */
export interface BranchProof {
  /** Oldest first; a fix and its parent stand in one commit, the parent first. */
  promoted: Promotion[];
  /** The first commit below that this run did not make. */
  base: string;
}

/** Reads promotions from `head` down to the first commit that does not name the run. */
export async function readTrailers(clone: Clone, head: string, runId: string): Promise<BranchProof> {
  const fields = NAMES.map((name) => `%(trailers:key=Specwright-${name},valueonly,separator=%x2c)`).join('%x1f');
  const args = ['log', '--first-parent', `--max-count=${MAX_COMMITS}`, '-z', `--format=%H%x1f${fields}`, checkCommit(head), '--'];
  const { stdout } = await git(args, { cwd: clone.dir });
  const promoted: Promotion[] = [];
  for (const entry of stdout.split('\0')) {
    const [commit = '', run = '', chunks = '', attempt = '', verdict = ''] = entry.trim().split('\x1f');
    if (commit === '') break;
    if (run !== runId) return { promoted: promoted.reverse(), base: commit };
    for (const chunkId of chunks.split(',').reverse()) promoted.push({ chunkId, attempt: Number(attempt) || 0, commit, verdict });
  }
  return { promoted: promoted.reverse(), base: head };
}

/** The message of a promotion: title, what the reviewer found, and the trailers that reconcile reads. */
export function promotionMessage(work: {
  title: string;
  body: string;
  runId: string;
  chunkIds: string[];
  attempt: number;
  verdict: string;
}): string {
  const trailers = [
    `Specwright-Run: ${oneLine(work.runId)}`,
    ...work.chunkIds.map((id) => `Specwright-Chunk: ${oneLine(id)}`),
    `Specwright-Attempt: ${work.attempt}`,
    `Specwright-Verdict: ${oneLine(work.verdict)}`,
  ];
  const body = wrap(oneLine(work.body));
  return [subject(work.title), '', ...(body === '' ? [] : [body, '']), ...trailers, ''].join('\n');
}

function subject(title: string): string {
  const line = oneLine(title) || 'A chunk without a title';
  return line.length <= 72 ? line : `${line.slice(0, 71)}…`;
}

function oneLine(text: string): string {
  return text.replace(/[\x00-\x1f\x7f\s]+/g, ' ').trim();
}

/** Wraps at 72 and indents nothing; a body can't forge trailers, for git reads only the last paragraph. */
function wrap(text: string): string {
  const lines: string[] = [''];
  for (const word of text.slice(0, 2000).split(' ')) {
    const last = lines[lines.length - 1] ?? '';
    if (last !== '' && last.length + word.length + 1 > 72) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}
