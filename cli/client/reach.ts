import { CommandError } from '../command-error.ts';
import { secretInFile } from '../local/credential.ts';
import { type DataDirectory, readRunningServer } from '../local/data-directory.ts';
import { readSignIn } from '../local/home.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { serverAddress } from './server-address.ts';

/**
 * The server that a command means, and as whom: the named one (--server, SPECWRIGHT_SERVER), else the one that runs on the data directory,
 * else the one that the person signed in to. SPECWRIGHT_API_KEY goes before every other credential. Null: there is none.
 */
export function reachServer(data: DataDirectory, server?: string): ApiClient | null {
  const key = process.env.SPECWRIGHT_API_KEY || null;
  const named = server || process.env.SPECWRIGHT_SERVER;
  const signIn = readSignIn();
  if (named) {
    const url = serverAddress(named);
    const credential = key ?? (signIn?.server === url ? signIn.token : null) ?? ownersOf(data, url);
    if (credential === null)
      throw new CommandError(
        `Nobody is signed in to ${url}. Sign in with: npx specwright login --server ${url} (or set SPECWRIGHT_API_KEY)`,
      );
    return apiClient(url, credential);
  }
  return runningServer(data) ?? (signIn === null ? null : apiClient(signIn.server, key ?? signIn.token));
}

/** The one that runs on the data directory; null: none does. */
export function runningServer(data: DataDirectory): ApiClient | null {
  const running = readRunningServer(data);
  return running && apiClient(running.url, process.env.SPECWRIGHT_API_KEY || secretInFile(data.credentialFile, 'swo_'));
}

/** The same, where there must be one. */
export function needServer(data: DataDirectory, server?: string): ApiClient {
  const client = reachServer(data, server);
  if (client !== null) return client;
  throw new CommandError(
    `No server runs on ${data.path}, and nobody is signed in to another. Start one with: npm start; or sign in with: npx specwright login --server URL`,
  );
}

function ownersOf(data: DataDirectory, url: string): string | null {
  return readRunningServer(data)?.url === url ? secretInFile(data.credentialFile, 'swo_') : null;
}
