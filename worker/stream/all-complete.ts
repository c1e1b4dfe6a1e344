import type { StreamEvent } from '@specwright/protocol/stream-event.ts';
import type { ChunkRow } from '../store/chunks.ts';
import { eventsText, streamResponse } from './event-text.ts';

/** Every chunk was done: one event, no run. */
export function allCompleteStream(specId: string, rows: ChunkRow[]): Response {
  const passed = rows.filter((row) => row.status === 'completed').length;
  const event: StreamEvent = { seq: 0, timestamp: Date.now(), event: 'all_complete', data: { specId, passed, failed: 0, fixes: 0 } };
  return streamResponse(new Blob([eventsText([event])]).stream());
}
