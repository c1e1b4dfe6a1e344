import type { WorkerEvent } from '@specwright/protocol/workers-api.ts';
import { streamResponse } from './event-text.ts';

/** A comment this often keeps proxies from closing a quiet stream. */
const KEEP_OPEN_MS = 15_000;

/** Passes on what dispatch says on this socket. The stream ends with the socket: the reader comes again with the last number that it saw. */
export function workersStream(socket: WebSocket): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const say = (text: string) => void writer.write(encoder.encode(text)).catch(leave);
  const keepOpen = setInterval(() => say(': still here\n\n'), KEEP_OPEN_MS);
  const leave = () => {
    clearInterval(keepOpen);
    socket.close();
    void writer.close().catch(() => undefined);
  };
  socket.addEventListener('message', ({ data }) => say(workerEventText(JSON.parse(String(data)))));
  socket.addEventListener('close', leave);
  socket.addEventListener('error', leave);
  writer.closed.then(leave, leave);
  socket.accept();
  return streamResponse(readable);
}

/** Only what is numbered carries an id: after a break the reader is told again of what began and ended since. */
export function workerEventText({ event, seq, at, data }: WorkerEvent): string {
  return `${seq === null ? '' : `id: ${seq}\n`}event: ${event}\ndata: ${JSON.stringify({ ...data, at })}\n\n`;
}
