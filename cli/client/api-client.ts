import { request } from 'node:http';
import type { ErrorBody } from '@specwright/protocol/error-code.ts';
import { CommandError, EXIT } from '../command-error.ts';
import { secretInFile } from '../local/credential.ts';
import { type DataDirectory, readRunningServer } from '../local/data-directory.ts';

/** The HTTP API with the owner's credential. */
export interface ApiClient {
  url: string;
  credential: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
  text(path: string): Promise<string>;
}

/** An answer that was no success: its code and sentence as the server gave them. */
export class ApiError extends CommandError {
  readonly code: string;

  constructor(body: Partial<ErrorBody>, status: number) {
    super(body.message ?? `The server answered ${status}.`, EXIT.failed);
    this.code = body.code ?? 'INTERNAL';
  }
}

export function apiClient(url: string, credential: string): ApiClient {
  const call = async (method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<string> => {
    const text = body === undefined ? null : JSON.stringify(body);
    const headers = { authorization: `Bearer ${credential}`, ...(text === null ? {} : { 'content-type': 'application/json' }), ...more };
    const answer = await exchange(url + path, { method, headers, text }).catch((error) => {
      throw new CommandError(
        `The server at ${url} can't be reached (${error.code ?? error.message}). Is it running? Start it with: npm start`,
      );
    });
    if (answer.status >= 400) throw new ApiError(parsedOr(answer.text, {}), answer.status);
    return answer.text;
  };
  return {
    url,
    credential,
    get: async (path) => JSON.parse(await call('GET', path)),
    post: async (path, body, headers) => JSON.parse(await call('POST', path, body ?? {}, headers)),
    text: (path) => call('GET', path),
  };
}

/** Milliseconds without a byte after which an answer is given up. */
const SILENT_MS = 60_000;

/**
 * One request on a connection of its own. The embedded server's library brings an undici whose dispatcher the fetch of this process
 * then shares, and a request was seen to wait there for ever.
 */
function exchange(
  url: string,
  given: { method: string; headers: Record<string, string>; text: string | null },
): Promise<{ status: number; text: string }> {
  return new Promise((done, failed) => {
    const sent = request(url, { method: given.method, headers: given.headers, agent: false, timeout: SILENT_MS }, (response) => {
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

function parsedOr<T>(text: string, otherwise: T): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    return otherwise;
  }
}

/** The client of the server that runs on this data directory; none running is a CommandError. */
export function clientOfRunningServer(data: DataDirectory): ApiClient {
  const server = readRunningServer(data);
  if (!server) throw new CommandError(`No server runs on ${data.path}. Start one with: npm start`);
  return apiClient(server.url, secretInFile(data.credentialFile, 'swo_'));
}
