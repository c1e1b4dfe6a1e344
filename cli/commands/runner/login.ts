import { hostname } from 'node:os';
import { approvedLabels, approvedOrganisation, type RegisteredRunner } from '@specwright/protocol/runners-api.ts';
import { openKeyPair } from '@specwright/runner/identity/key-pair.ts';
import { writeRegistration } from '@specwright/runner/identity/runner-file.ts';
import { apiClient } from '../../client/api-client.ts';
import { CommandError, EXIT } from '../../command-error.ts';
import { runnerFolder } from '../../local/home.ts';
import { endSession, letIn, serverOf } from '../login.ts';

/** Registers this machine with a person's approval. The person's session lasts no longer than that. */
export async function runnerLogin(options: { server?: string; name?: string; dataDir?: string; json?: boolean }): Promise<void> {
  const server = serverOf(options.server);
  const name = machineName(options.name);
  const dataDir = runnerFolder(options.dataDir);
  const { publicKey } = openKeyPair(dataDir);
  const { token, scope } = await letIn(server, 'runner', `runner ${name}`);
  try {
    const organisationId = approvedOrganisation(scope) ?? undefined;
    const machine = { name, publicKey, organisationId, labels: approvedLabels(scope) };
    const registered = await apiClient(server, token).post<RegisteredRunner>('/api/runners', machine);
    keepRegistration(dataDir, server, registered);
    sayRegistered(registered, options.json === true);
  } finally {
    await endSession(server, token);
  }
}

/** The name under which the page shows the machine: as given, else made from the host's. */
export function machineName(given: string | undefined): string {
  if (given !== undefined) {
    if (/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$/.test(given)) return given.trim();
    throw new CommandError(
      `"${given}" can't be a machine's name: letters, digits, spaces, dots, dashes and underscores, at most 63, a letter or digit first.`,
      EXIT.usage,
    );
  }
  const host = hostname()
    .replace(/\.local$/, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 63);
  return host || 'machine';
}

export function keepRegistration(dataDir: string, server: string, { runnerId, name, organisation }: RegisteredRunner): void {
  writeRegistration(dataDir, { server, runnerId, name, organisation });
}

export function sayRegistered(registered: RegisteredRunner, json: boolean): void {
  if (json) return void process.stdout.write(`${JSON.stringify(registered)}\n`);
  process.stdout.write(`Registered as “${registered.name}” in ${registered.organisation.name}.

Link the repositories that it may work in, then start it:
  npx specwright runner link DIR
  npx specwright runner start      (or: npx specwright runner install)
`);
}
