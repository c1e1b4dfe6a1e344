import type { StreamEvent } from '@specwright/protocol/stream-event.ts';

/**
 * What one number of the log is on the stream. Only its last event carries the id: who comes again after an earlier one gets them all
 * again, rather than none. The data carries number and time too, for programs that keep no ids.
 */
export function eventsText(events: StreamEvent[]): string {
  return events.map((event, at) => (at === events.length - 1 ? `id: ${event.seq}\n` : '') + textOf(event)).join('');
}

function textOf({ seq, timestamp, event, data }: StreamEvent): string {
  return `event: ${event}\ndata: ${JSON.stringify({ ...data, seq, timestamp })}\n\n`;
}

export function streamResponse(stream: ReadableStream): Response {
  return new Response(stream, { headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' } });
}
