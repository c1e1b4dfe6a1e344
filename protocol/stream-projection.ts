import type { EventOf, StoredEvent } from './run-event.ts';
import type { StreamEvent } from './stream-event.ts';

type Told = StreamEvent extends infer E ? (E extends StreamEvent ? Pick<E, 'event' | 'data'> : never) : never;

/** What a stored event is on the stream of `run-all`: none, one, or two when a fix completes with its chunk. */
export function streamEvents(event: StoredEvent, specId: string): StreamEvent[] {
  return tell(event, specId).map((told) => ({ seq: event.seq, timestamp: event.at, ...told }) as StreamEvent);
}

/** The stream's last event: the run is at rest. */
export function endsStream(event: StoredEvent): boolean {
  return event.kind === 'run_completed' || event.kind === 'run_failed' || event.kind === 'run_cancelled';
}

function tell(event: StoredEvent, specId: string): Told[] {
  const chunkId = 'chunkId' in event ? event.chunkId : null;
  switch (event.kind) {
    case 'chunk_started':
      return [{ event: 'chunk_start', data: { chunkId: event.chunkId, title: event.title, index: event.index, total: event.total } }];
    case 'tool_called':
      return [{ event: 'tool_call', data: { chunkId: event.chunkId, tool: event.tool, status: event.status, input: event.input } }];
    case 'chunk_completed':
      return completed(event);
    case 'step_started':
      return event.step === 'review' ? [{ event: 'review_start', data: { chunkId: event.chunkId } }] : [];
    case 'review_ended':
      return [reviewed(event)];
    case 'fix_chunk_started':
      return [{ event: 'fix_chunk_start', data: { chunkId: event.chunkId, title: event.title } }];
    case 'chunk_failed':
      return [{ event: 'error', data: { chunkId, message: event.reason.message } }];
    case 'run_completed':
      return [{ event: 'all_complete', data: { specId, passed: event.passed, failed: event.failed, fixes: event.fixes } }];
    case 'run_failed': {
      const stopped: Told = { event: 'stopped', data: { reason: event.reason.message } };
      return event.fault === 'machine' ? [{ event: 'error', data: { chunkId: null, message: event.reason.message } }, stopped] : [stopped];
    }
    case 'run_cancelled':
      return [{ event: 'stopped', data: { reason: event.reason.message } }];
    default:
      return [];
  }
}

function completed(event: EventOf<'chunk_completed'>): Told[] {
  const chunk: Told = { event: 'chunk_complete', data: { chunkId: event.chunkId, output: event.summary } };
  return event.fixChunkId === null ? [chunk] : [{ event: 'fix_chunk_complete', data: { chunkId: event.fixChunkId } }, chunk];
}

function reviewed(event: EventOf<'review_ended'>): Told {
  const { verdict, summary, requestedChanges } = event.verdict;
  const feedback = [summary, ...requestedChanges.map((change) => `- ${change}`)].join('\n');
  const fix = event.fixChunkId === null ? {} : { fixChunkId: event.fixChunkId };
  return { event: 'review_complete', data: { chunkId: event.chunkId, status: verdict, feedback, ...fix } };
}
