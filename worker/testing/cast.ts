import { env as bindings } from 'cloudflare:workers';
import type { KeyScope, Role } from '@specwright/protocol/people-api.ts';
import { hashText } from '@specwright/protocol/piece.ts';
import type { WorkerEnv } from '../environment.ts';
import { Client, invite, key, local, machineClient, nobody, ORIGIN, signUp, signUpOwner } from './front-door.ts';
import { startedRun } from './given.ts';
import { makeKey } from './machine-key.ts';

/** Somebody who calls, with what the table of access must think of them. */
export interface Player {
  name: string;
  client: Client;
  /** nobody: no credential that works. person: signed in. key: an API key that works. */
  is: 'nobody' | 'person' | 'key' | 'local' | 'runner';
  /** In the organisation that the ids are of; null: not of it. */
  role: Role | null;
  /** Belongs to some organisation. */
  belongs: boolean;
  scopes: KeyScope[] | null;
  /** Was chosen for the restricted project. */
  chosen: boolean;
}

export type Ids = Record<string, string>;

export interface Cast {
  players: Player[];
  /** Things of the organisation that everybody there sees, and the same in a project that is closed to most. */
  open: Ids;
  closed: Ids;
}

const ALL: KeyScope[] = ['read', 'write', 'run', 'admin'];

/** One organisation with everybody in it, and those who are not, or no longer. */
export async function castOf(): Promise<Cast> {
  const owner = await signUpOwner();
  const join = async (role: 'admin' | 'member' | 'viewer') => signUp(role, await invite(owner.client, role));
  const [admin, member, chosen, viewer] = [await join('admin'), await join('member'), await join('member'), await join('viewer')];
  const foreign = await signUpOwner('Stranger');
  const machine = await runnerOf(owner.client);
  const ids = { ...(await openIds(owner.client)), runnerId: machine.runnerId, userId: member.userId };
  const open = { ...ids, ...(await startedRun(owner.client)) };
  const closed = { ...ids, ...(await startedRun(owner.client)) };
  const members = { restricted: true, userIds: [chosen.userId] };
  await owner.client.json('PUT', `/api/projects/${closed.projectId}/members`, { body: members });
  const people: Player[] = [
    person('a viewer', viewer.client, 'viewer'),
    person('a member', member.client, 'member'),
    { ...person('a member who was chosen', chosen.client, 'member'), chosen: true },
    person('an admin', admin.client, 'admin'),
    person('the owner', owner.client, 'owner'),
    { ...person('a member by the command line', await bearerOf(member.userId), 'member') },
    person('a stranger from another organisation', foreign.client, null),
    { ...person('a person without an organisation', (await signUp('Loner')).client, null), belongs: false },
    { ...person('a person who was removed', await removed(owner.client), null), belongs: false },
  ];
  const keys: Player[] = [
    keyOf('the owner’s key for all', await key(owner.client, { scopes: ALL }), 'owner', ALL),
    keyOf('the owner’s key for reading', await key(owner.client, { scopes: ['read'] }), 'owner', ['read']),
    keyOf('a viewer’s key for all', await key(viewer.client, { scopes: ALL }), 'viewer', ALL),
    keyOf('a service’s key', await key(owner.client, { scopes: ['read', 'run'], kind: 'service', role: 'member' }), 'member', [
      'read',
      'run',
    ]),
    keyOf('a stranger’s key', await key(foreign.client, { scopes: ALL }), null, ALL),
  ];
  const machines: Player[] = [
    { ...outsider('a runner', machine), is: 'runner' },
    { ...outsider('a runner of another organisation', await runnerOf(foreign.client)), is: 'runner' },
    { ...outsider('this machine', local), is: 'local', belongs: true },
  ];
  return { players: [...people, ...keys, ...machines, ...(await nobodies(owner.client, foreign.client))], open, closed };
}

/** Those whose credential works no more, or never did. */
async function nobodies(owner: Client, foreign: Client): Promise<Player[]> {
  const revoked = await key(owner, { scopes: ALL });
  await owner.json('DELETE', `/api/api-keys/${revoked.keyId}`, { status: 204 });
  const old = await key(owner, { scopes: ALL });
  await run('UPDATE api_keys SET expires_at = ? WHERE id = ?', Date.now() - 1, old.keyId);
  const late = await signUpOwner('Late');
  await run('UPDATE session SET expires_at = ? WHERE user_id = ?', Date.now() - 1, late.userId);
  const gone = await signUpOwner('Gone');
  await run('DELETE FROM session WHERE user_id = ?', gone.userId);
  const runner = await runnerOf(foreign);
  await foreign.json('DELETE', `/api/runners/${runner.runnerId}`, { status: 204 });
  const stored = await run('SELECT token FROM session LIMIT 1').then(({ results }) => String(results[0]?.token));
  return [
    outsider('nobody', nobody),
    outsider('a forged cookie and forged headers', new Client(FORGED)),
    outsider('a revoked key', revoked),
    outsider('an expired key', old),
    outsider('an expired session', late.client),
    outsider('a session that was ended', gone.client),
    outsider('a hash from the database as a token', new Client({ authorization: `Bearer ${stored}` })),
    outsider('a revoked runner', runner),
    outsider('an expired job credential', new Client({ authorization: `Bearer ${await hashText('a job of yesterday')}` })),
  ];
}

const FORGED = {
  origin: ORIGIN,
  cookie: 'specwright-8787.session_token=abc.def',
  'x-specwright-user-id': 'usr_1',
  'x-specwright-role': 'owner',
  'x-specwright-runner-id': 'rnr_1',
};

/** One of each thing that only a handler looks up. */
async function openIds(owner: Client): Promise<Ids> {
  const { key: made } = await owner.json<{ key: { id: string } }>('POST', '/api/api-keys', { body: { name: 'k', scopes: ['read'] } });
  const body = { email: null, role: 'viewer' };
  const { invitation } = await owner.json<{ invitation: { id: string } }>('POST', '/api/organisation/invitations', { body });
  const { id: tokenId } = await owner.json<{ id: string }>('POST', '/api/runners/registration-tokens', { body: {} });
  const { items } = await owner.json<{ items: { id: string }[] }>('GET', '/api/me/sessions');
  return {
    keyId: made.id,
    invitationId: invitation.id,
    tokenId,
    sessionId: items[0]?.id ?? '',
    hash: '0'.repeat(64),
    provider: 'github',
    userCode: 'ABCD2345',
  };
}

async function runnerOf(client: Client) {
  const made = await makeKey();
  const body = { name: `runner ${crypto.randomUUID().slice(0, 8)}`, publicKey: made.publicKey };
  const { runnerId } = await client.json<{ runnerId: string }>('POST', '/api/runners', { body });
  return machineClient(runnerId, made);
}

async function removed(owner: Client): Promise<Client> {
  const person = await signUp('Removed', await invite(owner, 'member'));
  await owner.json('DELETE', `/api/organisation/members/${person.userId}`, { status: 204 });
  return person.client;
}

/** The same person's session as a device is given it: by its token alone. */
async function bearerOf(userId: string): Promise<Client> {
  const token = crypto.randomUUID();
  const now = Date.now();
  const columns = 'id, token, user_id, expires_at, created_at, updated_at';
  await run(
    `INSERT INTO session (${columns}) VALUES (?, ?, ?, ?, ?, ?)`,
    `ses_${token}`,
    await hashText(token),
    userId,
    now + 60 * 60_000,
    now,
    now,
  );
  return new Client({ authorization: `Bearer ${token}` });
}

function person(name: string, client: Client, role: Role | null): Player {
  return { name, client, is: 'person', role, belongs: true, scopes: null, chosen: false };
}

function keyOf(name: string, client: Client, role: Role | null, scopes: KeyScope[]): Player {
  return { ...person(name, client, role), is: 'key', scopes };
}

function outsider(name: string, client: Client): Player {
  return { ...person(name, client, null), is: 'nobody', belongs: false };
}

function run(sql: string, ...values: (string | number)[]) {
  const { DB } = bindings as unknown as WorkerEnv;
  return DB.prepare(sql)
    .bind(...values)
    .run();
}
