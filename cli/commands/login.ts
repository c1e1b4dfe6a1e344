import { setTimeout as wait } from 'node:timers/promises';
import type { Me } from '@specwright/protocol/api.ts';
import { DEVICE_CLIENTS } from '@specwright/protocol/runners-api.ts';
import pc from 'picocolors';
import { ApiError, apiClient } from '../client/api-client.ts';
import { askToBeLetIn, type LetIn } from '../client/device-flow.ts';
import { serverAddress } from '../client/server-address.ts';
import { CommandError, EXIT } from '../command-error.ts';
import { forgetSignIn, readSignIn, writeSignIn } from '../local/home.ts';

/** Signs the person in to a server: the commands then act as them. */
export async function login(options: { server?: string }): Promise<void> {
  const server = serverOf(options.server);
  const before = readSignIn();
  const { token } = await letIn(server, 'cli', 'cli');
  // Kept before anything else can fail: nobody could end a session whose token is lost.
  writeSignIn({ server, token });
  if (before !== null) await endSession(before.server, before.token);
  const me = await apiClient(server, token).get<Me>('/api/me');
  process.stdout.write(`Signed in to ${server} as ${me.user.name || me.user.email}.\n`);
}

/** Ends the session, here and on the server. */
export async function logout(): Promise<void> {
  const kept = readSignIn();
  if (kept === null) return void process.stdout.write('Nobody is signed in.\n');
  const ended = await endSession(kept.server, kept.token);
  forgetSignIn();
  process.stdout.write(
    ended ? `Signed out of ${kept.server}.\n` : `Signed out here. ${kept.server} did not answer: end the session on its page Account.\n`,
  );
}

/** The server that is meant when none is named: the one that the person signed in to. */
export function serverOf(named: string | undefined): string {
  const text = named || process.env.SPECWRIGHT_SERVER || readSignIn()?.server;
  if (!text) throw new CommandError('Which server? Name it with --server https://… (or SPECWRIGHT_SERVER).', EXIT.usage);
  return serverAddress(text);
}

/** Shows where to approve, and waits for it. */
export function letIn(server: string, client: keyof typeof DEVICE_CLIENTS, scope: string): Promise<LetIn> {
  return askToBeLetIn({
    server,
    clientId: DEVICE_CLIENTS[client],
    scope,
    wait: (ms) => wait(ms),
    monotonic: () => performance.now(),
    show(page, code) {
      process.stdout.write(`\n  Open       ${pc.green(page)}\n  and check  ${pc.bold(code)}\n\nWaiting for your approval there…\n`);
    },
  });
}

/** False: the server did not hear it. A session that had ended already counts as ended. */
export async function endSession(server: string, token: string): Promise<boolean> {
  return apiClient(server, token)
    .post('/api/auth/sign-out')
    .then(
      () => true,
      (error: unknown) => error instanceof ApiError && error.code === 'NOT_SIGNED_IN',
    );
}
