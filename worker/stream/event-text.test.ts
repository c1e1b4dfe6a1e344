import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { streamEvents } from '@specwright/protocol/stream-projection.ts';
import { expect, test } from 'vitest';
import { eventsText } from './event-text.ts';

const completed: StoredEvent = {
  kind: 'chunk_completed',
  ...{ seq: 12, at: 1, v: 1, chunkId: 'chk_1', fixChunkId: 'chk_2', commit: 'c', summary: 'done' },
  ...{ verdict: null, adopted: false },
};

test('a fix that completes with its chunk is told before the id stands: a reader who leaves between gets both again', () => {
  const [fix, chunk, ...more] = eventsText(streamEvents(completed, 'spc_1')).split('\n\n');
  expect(fix).toMatch(/^event: fix_chunk_complete\n/);
  expect(chunk).toMatch(/^id: 12\nevent: chunk_complete\n/);
  expect(more).toEqual(['']);
});
