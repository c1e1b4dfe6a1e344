import { readFileSync } from 'node:fs';
import type { RegisteredRunner } from '@specwright/protocol/runners-api.ts';
import { openKeyPair } from '@specwright/runner/identity/key-pair.ts';
import { apiClient } from '../../client/api-client.ts';
import { CommandError, EXIT } from '../../command-error.ts';
import { runnerFolder } from '../../local/home.ts';
import { serverOf } from '../login.ts';
import { keepRegistration, machineName, sayRegistered } from './login.ts';

interface RegisterOptions {
  server?: string;
  name?: string;
  token?: string;
  tokenFile?: string;
  dataDir?: string;
  json?: boolean;
}

/** Registers this machine without a person, by a token that is good once and for an hour. */
export async function runnerRegister(options: RegisterOptions): Promise<void> {
  const server = serverOf(options.server);
  const token = tokenOf(options);
  const dataDir = runnerFolder(options.dataDir);
  const { publicKey } = openKeyPair(dataDir);
  const body = { token, name: machineName(options.name), publicKey };
  const registered = await apiClient(server, null).post<RegisteredRunner>('/runner-api/register', body);
  keepRegistration(dataDir, server, registered);
  sayRegistered(registered, options.json === true);
}

/** An argument is seen by every user of the machine while the command runs: file, pipe and environment are not. */
function tokenOf({ token, tokenFile }: RegisterOptions): string {
  const found = (token ?? (tokenFile === undefined ? process.env.SPECWRIGHT_REGISTRATION_TOKEN : read(tokenFile)) ?? '').trim();
  if (found !== '') return found;
  throw new CommandError(
    'Which registration token? Set SPECWRIGHT_REGISTRATION_TOKEN, or give --token-file FILE (- for standard input). An admin makes one on the page Machines.',
    EXIT.usage,
  );
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch {
    throw new CommandError(`The token's file ${file} can't be read.`, EXIT.usage);
  }
}
