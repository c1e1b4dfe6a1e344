import type { RunState } from '@specwright/protocol/run-state.ts';
import { expect } from 'vitest';
import type { ApiClient } from '../../cli/client/api-client.ts';
import { eventsOf, untilRest } from './deployment.ts';
import type { TestRepository } from './repository.ts';

/**
 * What must be true of a run however often its machines died: it is completed, each chunk once, each in one commit that names
 * it, and the log has no gap. Counted in the person's repository and in the log, which know nothing of each other.
 */
export async function expectWhole(client: ApiClient, repository: Pick<TestRepository, 'git'>, runId: string): Promise<RunState> {
  const state = await untilRest(client, runId);
  expect(state.reason?.message ?? '').toBe('');
  expect(state.status).toBe('completed');
  const chunks = state.items.map((item) => item.id).sort();
  expect(chunksIn(repository, state.branch, runId).sort()).toEqual(chunks);
  const events = await eventsOf(client, runId);
  expect(events.map((event) => event.seq)).toEqual(events.map((_event, index) => index + 1));
  expect(
    events
      .filter((event) => event.kind === 'chunk_completed')
      .flatMap((event) => [event.chunkId, event.fixChunkId].filter((id) => id !== null))
      .sort(),
  ).toEqual(chunks);
  return state;
}

/** The chunks that a branch's commits name by their trailers; every commit above main must be this run's. */
export function chunksIn(repository: Pick<TestRepository, 'git'>, branch: string, runId: string): string[] {
  const format = '%(trailers:key=Specwright-Run,valueonly,separator=%x2c)|%(trailers:key=Specwright-Chunk,valueonly,separator=%x2c)';
  const lines = repository.git('log', '--reverse', `--format=${format}`, `main..${branch}`).split('\n').filter(Boolean);
  expect(lines.every((line) => line.startsWith(`${runId}|`))).toBe(true);
  return lines.flatMap((line) => (line.split('|')[1] ?? '').split(','));
}
