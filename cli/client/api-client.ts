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
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${credential}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    }).catch((error) => {
      throw new CommandError(
        `The server at ${url} can't be reached (${error.cause?.code ?? error.message}). Is it running? Start it with: npm start`,
      );
    });
    if (!response.ok) throw new ApiError((await response.json().catch(() => ({}))) as Partial<ErrorBody>, response.status);
    return response;
  };
  return {
    url,
    credential,
    get: async (path) => (await call('GET', path)).json() as never,
    post: async (path, body, headers) => (await call('POST', path, body ?? {}, headers)).json() as never,
    text: async (path) => (await call('GET', path)).text(),
  };
}

/** The client of the server that runs on this data directory; none running is a CommandError. */
export function clientOfRunningServer(data: DataDirectory): ApiClient {
  const server = readRunningServer(data);
  if (!server) throw new CommandError(`No server runs on ${data.path}. Start one with: npm start`);
  return apiClient(server.url, secretInFile(data.credentialFile, 'swo_'));
}
