import type { StreamEvent } from '@specwright/protocol/stream-event.ts';

/** One server-sent event. The data carries number and time too, for programs that keep no ids. */
export function eventText({ seq, timestamp, event, data }: StreamEvent): string {
  return `id: ${seq}\nevent: ${event}\ndata: ${JSON.stringify({ ...data, seq, timestamp })}\n\n`;
}

export function streamResponse(stream: ReadableStream): Response {
  return new Response(stream, { headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' } });
}
