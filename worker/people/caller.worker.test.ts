import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { WorkerEnv } from '../environment.ts';
import { Client, invite, type Known, key, migrate, ORIGIN, signUp, signUpOwner } from '../testing/front-door.ts';
import { project } from '../testing/given.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const { DB } = env as unknown as WorkerEnv;
beforeAll(migrate);

interface Me {
  organisation: { id: string } | null;
  role: string | null;
  organisations: { id: string }[];
  via: string;
}

const run = (sql: string, ...values: (string | number)[]) =>
  DB.prepare(sql)
    .bind(...values)
    .run();

function sessionOf({ userId }: Known) {
  return DB.prepare('SELECT token, expires_at AS expiresAt, updated_at AS updatedAt FROM session WHERE user_id = ?')
    .bind(userId)
    .first<{ token: string; expiresAt: number; updatedAt: number }>();
}

describe('a session', () => {
  it('is renewed when it is a day old, with its cookie, and not before', async () => {
    const person = await signUp();
    expect((await person.client.call('GET', '/api/me')).headers.getSetCookie()).toEqual([]);
    const then = Date.now() - DAY_MS - 1000;
    await run('UPDATE session SET updated_at = ?, expires_at = ? WHERE user_id = ?', then, then + 30 * DAY_MS, person.userId);
    const [cookie = ''] = (await person.client.call('GET', '/api/me')).headers.getSetCookie();
    expect(cookie).toContain(`${person.client.cookie?.split(';')[0]};`);
    expect(cookie).toMatch(/; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/);
    await vi.waitFor(async () => expect((await sessionOf(person))?.expiresAt).toBeGreaterThan(Date.now() + 29 * DAY_MS));
    expect((await person.client.call('GET', '/api/me')).headers.getSetCookie()).toEqual([]);
  });

  it('is known by its cookie’s signature and a hash: neither alone lets anybody in', async () => {
    const person = await signUp();
    const stored = (await sessionOf(person))?.token ?? '';
    expect(stored).toMatch(/^[0-9a-f]{64}$/);
    const [name = '', value = ''] = person.client.cookie?.split('=') ?? [];
    const token = decodeURIComponent(value).split('.')[0] ?? '';
    const signature = decodeURIComponent(value).slice(token.length);
    for (const forged of [token, `${token}.`, `${token}.AAAA`, `${stored}${signature}`, `x${token}${signature}`]) {
      const answer = await new Client({ origin: ORIGIN, cookie: `${name}=${encodeURIComponent(forged)}` }).call('GET', '/api/me');
      expect(answer.status).toBe(401);
    }
  });
});

describe('a person in two organisations', () => {
  it('acts where the path’s thing is, else where they switched to, else in their first', async () => {
    const [first, second] = [await signUpOwner('First'), await signUpOwner('Second')];
    const person = await signUp('Both', await invite(first.client, 'viewer'));
    await person.client.json('POST', '/api/invitations/accept', { body: { token: await invite(second.client, 'member') }, status: 200 });
    const me = () => person.client.json<Me>('GET', '/api/me');
    const [here, there] = [await project(first.client), await project(second.client)];
    for (const { id } of [here, there]) await person.client.json('GET', `/api/projects/${id}`);
    await person.client.json('PATCH', `/api/projects/${here.id}`, { body: { name: 'x' }, status: 403 });
    await person.client.json('PATCH', `/api/projects/${there.id}`, { body: { name: 'x' }, status: 200 });
    expect((await me()).organisations.map(({ id }) => id)).toEqual([first.organisationId, second.organisationId]);
    for (const { organisationId } of [second, first]) {
      await person.client.json('PUT', '/api/me/organisation', { body: { organisationId }, status: 200 });
      expect((await me()).organisation?.id).toBe(organisationId);
    }
  });
});

describe('a key', () => {
  it('loses what its maker loses, at the next call', async () => {
    const owner = await signUpOwner();
    const admin = await signUp('Admin', await invite(owner.client, 'admin'));
    const program = await key(admin.client, { scopes: ['read', 'admin'] });
    await program.json('GET', '/api/audit');
    await owner.client.json('PATCH', `/api/organisation/members/${admin.userId}`, { body: { role: 'viewer' }, status: 200 });
    await program.json('GET', '/api/audit', { status: 403 });
    await program.json('GET', '/api/projects');
    await owner.client.json('DELETE', `/api/organisation/members/${admin.userId}`, { status: 204 });
    await program.json('GET', '/api/projects', { status: 401 });
  });

  it('works in the organisation where it was made, and in no other of its maker', async () => {
    const [first, second] = [await signUpOwner('First'), await signUpOwner('Second')];
    const person = await signUp('Both', await invite(first.client, 'member'));
    const program = await key(person.client, { scopes: ['read'] });
    await person.client.json('POST', '/api/invitations/accept', { body: { token: await invite(second.client, 'member') }, status: 200 });
    await program.json('GET', `/api/projects/${(await project(first.client)).id}`);
    await program.json('GET', `/api/projects/${(await project(second.client)).id}`, { status: 404 });
  });

  it('remembers when it was last used', async () => {
    const owner = await signUpOwner();
    const program = await key(owner.client);
    await program.json('GET', '/api/me');
    const used = () => DB.prepare('SELECT last_request AS at FROM api_keys WHERE id = ?').bind(program.keyId).first<{ at: number }>();
    await vi.waitFor(async () => expect((await used())?.at).toBeGreaterThan(Date.now() - 60_000));
  });

  it('whose permissions cannot be read may do nothing', async () => {
    const owner = await signUpOwner();
    const program = await key(owner.client);
    await run(`UPDATE api_keys SET permissions = '{"scopes":"read"' WHERE id = ?`, program.keyId);
    await program.json('GET', '/api/projects', { status: 403 });
  });
});
