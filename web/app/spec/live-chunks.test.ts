import type { Chunk } from '@specwright/protocol/api.ts';
import { foldRun } from '@specwright/protocol/evolve.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import { expect, test } from 'vitest';
import { tellStory } from '../../testing/story.ts';
import { outlineOf, progressOf, whyResting } from '../run/run-outline.ts';
import { liveChunks } from './live-chunks.ts';

const run = foldRun(tellStory('run_1', 'spc_1', 'running')) as RunState;
const chunk = (id: string, updatedAt: number) => ({ id, status: 'pending', commit: null, error: null, summary: null, updatedAt }) as Chunk;

test('a chunk shows the state of the run, unless a person changed it since', () => {
  const [followed, changed] = liveChunks([chunk('chk_parse', 0), chunk('chk_parse', run.updatedAt + 1)], run);
  expect(followed?.status).toBe('completed');
  expect(changed?.status).toBe('pending');
});

test('a chunk that the run does not know keeps its own state', () => {
  expect(liveChunks([chunk('chk_new', 0)], run)[0]?.status).toBe('pending');
});

test('fixes stand beneath their chunk, and count neither for nor against progress', () => {
  const convert = outlineOf(run.items).find(({ root }) => root.id === 'chk_convert');
  expect(convert?.fixes.map((fix) => fix.id)).toEqual(['chk_fix']);
  expect(progressOf(run)).toEqual({ done: 3, total: 5, current: 4 });
});

test('a run that rests says why, one that works does not', () => {
  expect(whyResting(run)).toBeNull();
  expect(whyResting(foldRun(tellStory('run_1', 'spc_1', 'failed')) as RunState)).toMatch(/rejected/);
});
