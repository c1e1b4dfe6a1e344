import type { ErrorBody } from '@specwright/protocol/error-code.ts';
import { CommandError, EXIT } from '../command-error.ts';
import { secretInFile } from '../local/credential.ts';
import { type DataDirectory, readRunningServer } from '../local/data-directory.ts';
import { exchange } from './exchange.ts';

/** The HTTP API with a credential: that of a local server's owner, an API key, or a signed-in person's. */
export interface ApiClient {
  url: string;
  credential: string | null;
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

/** @param credential null: the routes that are open to everybody. */
export function apiClient(url: string, credential: string | null): ApiClient {
  const call = async (method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<string> => {
    const text = body === undefined ? null : JSON.stringify(body);
    const proof: Record<string, string> = credential === null ? {} : { authorization: `Bearer ${credential}` };
    const headers = { ...proof, ...(text === null ? {} : { 'content-type': 'application/json' }), ...more };
    const answer = await exchange(url + path, { method, headers, text }).catch((error) => {
      throw new CommandError(
        `The server at ${url} can't be reached (${error.code ?? error.message}). Is it running, and is that its address?`,
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
