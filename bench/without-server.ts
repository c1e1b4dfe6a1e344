import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOf, givenPlace } from '../runner/testing/given-place.ts';

/**
 * The same steps on the same repository (clone, worktree, agents, checks, review, git, publishing), one job after the
 * other in this process: no server, no socket, no journal, no log. Milliseconds.
 */
export async function timeWithoutServer(path: string, chunks: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'specwright-bench-'));
  const startedAt = performance.now();
  const place = await givenPlace({ folder, path }, { branch: 'specwright/bench' });
  for (let index = 0; index < chunks; index++) {
    const key = `c${index}`;
    const ended = endOf(await place.attempt({ chunkId: key, key, title: key }));
    if (ended.result !== 'passed') throw new Error(ended.message);
  }
  const took = performance.now() - startedAt;
  await place.close();
  return took;
}
