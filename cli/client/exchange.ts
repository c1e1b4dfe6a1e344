import { request } from 'node:http';
import { request as requestSecurely } from 'node:https';

/** Milliseconds without a byte after which an answer is given up. */
const SILENT_MS = 60_000;

/**
 * One request on a connection of its own. The embedded server's library brings an undici whose dispatcher the fetch of this process
 * then shares, and a request was seen to wait there for ever.
 */
export function exchange(
  url: string,
  given: { method: string; headers: Record<string, string>; text: string | null },
): Promise<{ status: number; text: string }> {
  const send = url.startsWith('https:') ? requestSecurely : request;
  return new Promise((done, failed) => {
    const sent = send(url, { method: given.method, headers: given.headers, agent: false, timeout: SILENT_MS }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', failed);
      response.on('end', () => done({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within a minute')));
    sent.on('error', failed);
    sent.end(given.text ?? undefined);
  });
}
