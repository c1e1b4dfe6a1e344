import { describe, expect, it } from 'vitest';
import type { RunEvent, StoredEvent } from './run-event.ts';
import { endsStream, streamEvents } from './stream-projection.ts';
import type { Verdict } from './verdict.ts';

const verdict: Verdict = { verdict: 'needs_fix', summary: 'Nearly.', checks: [], requestedChanges: ['Rename x.'] };
const reason = { code: 'REJECTED', message: 'It does not build.' };

function told(event: RunEvent) {
  const stored = { ...event, seq: 7, at: 99, v: 1 } as StoredEvent;
  return streamEvents(stored, 'spc_1').map(({ event: name, data }) => [name, data]);
}

describe('the stream of run-all', () => {
  it('numbers and dates each event', () => {
    const stored = { kind: 'chunk_started', chunkId: 'a', title: 'A', index: 1, total: 2, seq: 7, at: 99, v: 1 } as StoredEvent;
    expect(streamEvents(stored, 's')).toEqual([
      { seq: 7, timestamp: 99, event: 'chunk_start', data: { chunkId: 'a', title: 'A', index: 1, total: 2 } },
    ]);
  });
  it('tells a review with what it asks for and the fix that it gets', () => {
    const event: RunEvent = {
      kind: 'review_ended',
      jobId: 'j',
      chunkId: 'a',
      verdict,
      fixChunkId: 'f',
    };
    const data = { chunkId: 'a', status: 'needs_fix', feedback: 'Nearly.\n- Rename x.', fixChunkId: 'f' };
    expect(told(event)).toEqual([['review_complete', data]]);
  });
  it('tells a fix and its chunk together', () => {
    const event: RunEvent = {
      kind: 'chunk_completed',
      chunkId: 'a',
      fixChunkId: 'f',
      commit: 'c',
      summary: 'did it',
      verdict: null,
      adopted: false,
    };
    expect(told(event)).toEqual([
      ['fix_chunk_complete', { chunkId: 'f' }],
      ['chunk_complete', { chunkId: 'a', output: 'did it' }],
    ]);
  });
  it('tells which chunk failed, then that the run stopped', () => {
    expect(told({ kind: 'chunk_failed', chunkId: 'a', reason })).toEqual([['error', { chunkId: 'a', message: reason.message }]]);
    expect(told({ kind: 'run_failed', reason, fault: 'chunk' })).toEqual([['stopped', { reason: reason.message }]]);
  });
  it('tells a fault of the machine as an error of no chunk', () => {
    expect(told({ kind: 'run_failed', reason, fault: 'machine' })[0]).toEqual(['error', { chunkId: null, message: reason.message }]);
  });
  it('ends when the run is at rest', () => {
    const ends = (event: RunEvent) => endsStream({ ...event, seq: 1, at: 1, v: 1 } as StoredEvent);
    expect(ends({ kind: 'run_completed', passed: 1, failed: 0, fixes: 0 })).toBe(true);
    expect(ends({ kind: 'run_cancelled', reason })).toBe(true);
    expect(ends({ kind: 'run_paused' })).toBe(false);
  });
});
