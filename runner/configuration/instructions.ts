import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cutMiddle } from '@specwright/protocol/piece.ts';

const FILES = ['AGENTS.md', 'CLAUDE.md'];
const MAX_CHARS = 24_000;

/** The repository's instructions for agents, for the prompt: agents here read no files of configuration by themselves. Empty: none. */
export async function readInstructions(worktree: string): Promise<string> {
  const texts = await Promise.all(FILES.map((name) => readFile(path.join(worktree, name), 'utf8').catch(() => '')));
  // One is often a link to the other, or only names it ("@AGENTS.md").
  const own = texts
    .map((text) => text.trim())
    .filter((text, index, all) => text !== '' && !/^@\S+$/.test(text) && all.indexOf(text) === index);
  return cutMiddle(own.join('\n\n'), MAX_CHARS);
}
