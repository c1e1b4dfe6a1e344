import { applyD1Migrations, createExecutionContext, type D1Migration } from 'cloudflare:test';
import { env as bindings } from 'cloudflare:workers';
import { newId } from '@specwright/protocol/id.ts';
import { hashText } from '@specwright/protocol/piece.ts';
import type { WorkerEnv } from '../environment.ts';
import worker from '../headless.ts';
import { seedOwner } from '../store/members.ts';
import { type MachineKey, makeKey } from './machine-key.ts';

export const ORIGIN = 'http://127.0.0.1:8787';
const CREDENTIAL = 'the-credential-of-this-machine';

/** What a test sets differently, until it sets it back. */
export const changedEnv: Partial<WorkerEnv> = {};

/** The Worker's environment with what the start script adds; anybody may sign up. */
export async function testEnv(): Promise<WorkerEnv> {
  return {
    ...(bindings as unknown as WorkerEnv),
    BASE_URL: ORIGIN,
    BUILD_ID: 'test',
    BETTER_AUTH_SECRET: 'a-secret-of-at-least-32-characters',
    LOCAL_CREDENTIAL_HASH: await hashText(CREDENTIAL),
    SIGN_UP: 'open',
    ...changedEnv,
  };
}

export async function migrate(): Promise<void> {
  const { DB, TEST_MIGRATIONS } = bindings as unknown as { DB: D1Database; TEST_MIGRATIONS: D1Migration[] };
  await applyD1Migrations(DB, TEST_MIGRATIONS);
}

export interface Ask {
  body?: unknown;
  headers?: Record<string, string>;
  /** A body that is sent as it is. */
  raw?: string;
}

/** Somebody who calls: their headers stand before those of a single call. */
export class Client {
  private readonly headers: Record<string, string>;
  constructor(headers: Record<string, string>) {
    this.headers = headers;
  }

  get cookie(): string | undefined {
    return this.headers.cookie;
  }

  async call(method: string, path: string, ask: Ask = {}): Promise<Response> {
    return worker.fetch(this.request(method, path, ask) as never, await testEnv(), createExecutionContext());
  }

  request(method: string, path: string, { body, headers, raw }: Ask = {}): Request {
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const init = {
      method,
      headers: { ...json, ...this.headers, ...headers },
      body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
    };
    return new Request(`${ORIGIN}${path}`, init);
  }

  /** Calls and reads JSON; any other status than the expected one fails with the body. */
  async json<T>(method: string, path: string, ask: Ask & { status?: number } = {}): Promise<T> {
    const response = await this.call(method, path, ask);
    const text = await response.text();
    const expected = ask.status ?? (method === 'POST' ? 201 : 200);
    if (response.status !== expected) throw new Error(`${method} ${path} answered ${response.status}, not ${expected}: ${text}`);
    return text === '' ? (undefined as T) : JSON.parse(text);
  }
}

export const nobody = new Client({ origin: ORIGIN });
/** The owner by the local credential, as the command line calls. */
export const local = new Client({ authorization: `Bearer ${CREDENTIAL}` });

/** The owner in a browser: signed in by a one-time link. */
export async function signIn(): Promise<Client> {
  const { token } = await local.json<{ token: string }>('POST', '/api/local/links');
  const response = await nobody.call('POST', '/api/local/sign-in', { body: { token } });
  const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]);
  return new Client({ origin: ORIGIN, cookie: cookie.join('; ') });
}

/** Somebody of another organisation, signed in by a session of their own. */
export async function signInStranger(role: 'owner' | 'viewer' = 'owner'): Promise<Client> {
  const { DB } = bindings as unknown as WorkerEnv;
  const tag = crypto.randomUUID();
  const person = { id: `usr_${tag}`, name: 'Stranger', email: `${tag}@example.org` };
  await seedOwner(DB, person, { id: `org_${tag}`, name: 'Elsewhere' });
  await DB.prepare('UPDATE members SET role = ? WHERE user_id = ?').bind(role, person.id).run();
  return signInAs(person.id);
}

/** A viewer of the local owner's organisation. */
export async function signInViewer(): Promise<Client> {
  const { organisation } = await local.json<{ organisation: { id: string } }>('GET', '/api/me');
  const { DB } = bindings as unknown as WorkerEnv;
  const tag = crypto.randomUUID();
  const person = { id: `usr_${tag}`, name: 'Viewer', email: `${tag}@example.org` };
  await seedOwner(DB, person, { id: `org_${tag}`, name: 'Unused' });
  await DB.prepare(`UPDATE members SET role = 'viewer', organisation_id = ? WHERE user_id = ?`).bind(organisation.id, person.id).run();
  return signInAs(person.id);
}

/** Somebody at an address of their own, so that limits by address count them apart. */
export function stranger(): Client {
  const [a, b, c] = crypto.getRandomValues(new Uint8Array(3));
  return new Client({ origin: ORIGIN, 'cf-connecting-ip': `10.${a}.${b}.${c}` });
}

export const PASSWORD = 'correct horse battery';

export interface Known {
  client: Client;
  userId: string;
  name: string;
  email: string;
}

/** A new person by the sign-up's own route, as the others are. */
export async function signUpByRoute(name = 'Ada', invitation?: string): Promise<Known> {
  const email = `${crypto.randomUUID()}@example.org`;
  const body = { name, email, password: PASSWORD, invitation };
  const response = await stranger().call('POST', '/api/auth/sign-up/email', { body });
  if (response.status !== 201) throw new Error(`signing up answered ${response.status}: ${await response.text()}`);
  const client = withCookies(response);
  const { user } = await client.json<{ user: { id: string } }>('GET', '/api/me');
  return { client, userId: user.id, name, email };
}

/**
 * A new person with the password PASSWORD, signed in; with an invitation's token a member as well. They did not come by the sign-up's
 * route, which has tests of its own: hashing each one's password took most of the tests' time.
 */
export async function signUp(name = 'Ada', invitation?: string): Promise<Known> {
  const { DB } = bindings as unknown as WorkerEnv;
  const [userId, email, now] = [newId('user'), `${crypto.randomUUID()}@example.org`, Date.now()];
  await DB.batch([
    DB.prepare('INSERT INTO user (id, name, email, email_verified, created_at, updated_at) VALUES (?1, ?2, ?3, 0, ?4, ?4)').bind(
      ...[userId, name, email, now],
    ),
    DB.prepare(
      `INSERT INTO account (id, account_id, provider_id, user_id, password, created_at, updated_at) VALUES (?1, ?2, 'credential', ?2, ?3, ?4, ?4)`,
    ).bind(newId('request'), userId, await passwordHash(), now),
  ]);
  const client = await signInAs(userId);
  if (invitation) await client.json('POST', '/api/invitations/accept', { body: { token: invitation }, status: 200 });
  return { client, userId, name, email };
}

let hashed: Promise<string> | undefined;

function passwordHash(): Promise<string> {
  hashed ??= import('better-auth/crypto').then(({ hashPassword }) => hashPassword(PASSWORD));
  return hashed;
}

/** A browser that was given the cookies of this answer. */
export function withCookies(response: Response): Client {
  const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]);
  return new Client({ origin: ORIGIN, cookie: cookie.join('; ') });
}

/** The token of an invitation's link. */
export async function invite(client: Client, role: 'admin' | 'member' | 'viewer' = 'member', email: string | null = null): Promise<string> {
  const { token } = await client.json<{ token: string }>('POST', '/api/organisation/invitations', { body: { email, role } });
  return token;
}

/** A person with an organisation of their own. */
export async function signUpOwner(name = 'Olga'): Promise<Known & { organisationId: string }> {
  const owner = await signUp(name);
  const { id } = await owner.client.json<{ id: string }>('POST', '/api/organisations', { body: { name: `${name}'s` } });
  return { ...owner, organisationId: id };
}

/** A program with an API key that this person makes. */
export async function key(
  client: Client,
  wish: { scopes: string[]; kind?: 'person' | 'service'; role?: string } = { scopes: ['read'] },
): Promise<Client & { keyId: string; secret: string }> {
  const body = { name: 'A key', ...wish };
  const made = await client.json<{ key: { id: string }; secret: string }>('POST', '/api/api-keys', { body });
  return Object.assign(new Client({ authorization: `Bearer ${made.secret}` }), { keyId: made.key.id, secret: made.secret });
}

async function signInAs(userId: string): Promise<Client> {
  const { authOf } = await import('../people/auth.ts');
  const answer = await authOf(await testEnv()).api.makeLocalSession({ body: { userId }, headers: new Headers(), asResponse: true });
  const cookie = answer.headers.getSetCookie().map((line: string) => line.split(';')[0]);
  return new Client({ origin: ORIGIN, cookie: cookie.join('; ') });
}

export interface Machine extends Client {
  readonly runnerId: string;
}

/** A runner of this machine, registered by its public key, with a token that it signed for. */
export async function runnerClient(name = `runner ${crypto.randomUUID()}`): Promise<Machine> {
  const key = await makeKey();
  const { runnerId } = await local.json<{ runnerId: string }>('POST', '/api/local/runners', { body: { name, publicKey: key.publicKey } });
  return machineClient(runnerId, key);
}

/** A registered machine that proves who it is. */
export async function machineClient(runnerId: string, key: MachineKey): Promise<Machine> {
  const { challenge } = await nobody.json<{ challenge: string }>('POST', '/runner-api/challenges', { body: { runnerId } });
  const body = { challenge, signature: await key.sign(challenge) };
  const { token } = await nobody.json<{ token: string }>('POST', '/runner-api/tokens', { body });
  return Object.assign(new Client({ authorization: `Bearer ${token}` }), { runnerId });
}
