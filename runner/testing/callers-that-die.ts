import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';

// Who calls a played server may be killed in the middle: left alone, the broken connection would end the test's own process.

/** The whole body. Null: who sent it went away on the way. */
export function bodyOf(request: IncomingMessage): Promise<string | null> {
  return text(request).catch(() => null);
}

/** Answers an upgrade with this status, and ends the connection. */
export function refuseUpgrade(stream: Duplex, status: number): void {
  stream.on('error', () => {});
  stream.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
