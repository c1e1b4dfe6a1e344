import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@specwright/protocol/id.ts';
import { z } from 'zod';
import { killMarked, onSpawned } from '../process/marked-process.ts';
import { startTimeOf } from '../process/process-table.ts';

/** One life of the runner's process. Leases are bound to it, and every process it starts carries its id in the mark. */
export interface Life {
  id: string;
  /** Lives on this data folder that are over, their processes killed; told to the server until it has heard. */
  ended: string[];
  /** The server knows that `ended` are over. */
  forgetEnded(): void;
  /** This life ends in order: nothing of it is left to kill. */
  end(): void;
}

const headSchema = z.object({ pid: z.number().int(), startedAt: z.string().nullable() });

/**
 * Begins a life: ends every process that earlier lives left behind, then writes this one down.
 * Throws when another runner is alive on the same data folder.
 */
export async function beginLife(dataDir: string, graceMs: number): Promise<Life> {
  const folder = join(dataDir, 'lives');
  mkdirSync(folder, { recursive: true });
  const earlier = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  const ids = earlier.map((name) => name.slice(0, -'.jsonl'.length));
  for (const name of earlier) {
    if (isAlive(join(folder, name)))
      throw new Error(`Another runner is already working with ${dataDir}. End it, or give this one another --data-dir.`);
  }
  for (const id of ids) await killMarked(id, graceMs, join(dataDir, 'worktrees'));
  for (const name of earlier) killRecorded(join(folder, name));
  const id = newId('life');
  const path = join(folder, `${id}.jsonl`);
  writeFileSync(path, `${JSON.stringify({ pid: process.pid, startedAt: startTimeOf(process.pid) })}\n`, { mode: 0o600 });
  const forget = onSpawned((pid, mark) => {
    if (mark.startsWith(id)) appendFileSync(path, `${JSON.stringify({ pid, startedAt: startTimeOf(pid), mark })}\n`);
  });
  return {
    id,
    ended: ids,
    forgetEnded() {
      for (const name of earlier) rmSync(join(folder, name), { force: true });
    },
    end() {
      forget();
    },
  };
}

function isAlive(path: string): boolean {
  const head = readHead(path);
  if (head === null || head.pid === process.pid) return false;
  if (head.startedAt !== null) return startTimeOf(head.pid) === head.startedAt;
  try {
    process.kill(head.pid, 0);
    return true;
  } catch {
    return false;
  }
}

function readHead(path: string): z.infer<typeof headSchema> | null {
  try {
    return headSchema.parse(JSON.parse(readFileSync(path, 'utf8').split('\n')[0] ?? ''));
  } catch {
    return null;
  }
}

/** A recorded process that still is the same one (pid and start) is ended with its group; a recycled pid is left alone. */
function killRecorded(path: string): void {
  if (!existsSync(path)) return;
  for (const line of readFileSync(path, 'utf8').split('\n').slice(1)) {
    try {
      const { pid, startedAt } = headSchema.parse(JSON.parse(line));
      if (startedAt !== null && startTimeOf(pid) === startedAt) process.kill(-pid, 'SIGKILL');
    } catch {
      // A torn line, or a process that is gone: nothing to end.
    }
  }
}
