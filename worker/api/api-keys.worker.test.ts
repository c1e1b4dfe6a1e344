import { env as bindings } from 'cloudflare:workers';
import type { Me } from '@specwright/protocol/api.ts';
import type { ApiKey, CreatedApiKey } from '@specwright/protocol/people-api.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WorkerEnv } from '../environment.ts';
import { type Client, invite, key, migrate, signUp, signUpOwner } from '../testing/front-door.ts';

beforeAll(migrate);

const { DB } = bindings as unknown as WorkerEnv;
const list = async (client: Client) => (await client.json<{ items: ApiKey[] }>('GET', '/api/api-keys')).items;
const make = (client: Client, wish: object, status = 201) =>
  client.json<CreatedApiKey>('POST', '/api/api-keys', { body: { name: 'CI', scopes: ['read'], ...wish }, status });

describe('a person’s key', () => {
  it('is shown once, kept as a hash, and acts as that person in that organisation', async () => {
    const owner = await signUpOwner();
    const { key: made, secret } = await make(owner.client, {});
    expect(secret).toMatch(/^swk_[a-zA-Z]{64}$/);
    expect(made).toMatchObject({
      kind: 'person',
      start: secret.slice(0, 10),
      scopes: ['read'],
      role: null,
      createdBy: 'Olga',
      lastUsedAt: null,
    });
    expect((made.expiresAt ?? 0) - Date.now()).toBeGreaterThan(89.9 * 24 * 60 * 60 * 1000);
    expect(JSON.stringify((await DB.prepare('SELECT * FROM api_keys').all()).results)).not.toContain(secret);
    expect(await list(owner.client)).toEqual([made]);
    const program = await key(owner.client, { scopes: ['read'] });
    expect(await program.json<Me>('GET', '/api/me')).toMatchObject({ via: 'key', user: { id: owner.userId }, role: 'owner' });
  });

  it('says when it was last used', async () => {
    const owner = await signUpOwner();
    const program = await key(owner.client);
    await program.json('GET', '/api/projects');
    await expect.poll(async () => (await list(owner.client))[0]?.lastUsedAt).toBeGreaterThan(Date.now() - 60_000);
  });

  it('is revoked at once, by its owner and by nobody else', async () => {
    const owner = await signUpOwner();
    const program = await key(owner.client);
    const admin = await signUp('Admin', await invite(owner.client, 'admin'));
    expect((await admin.client.call('DELETE', `/api/api-keys/${program.keyId}`)).status).toBe(404);
    expect(await list(admin.client)).toEqual([]);
    await owner.client.json('DELETE', `/api/api-keys/${program.keyId}`, { status: 204 });
    expect((await program.call('GET', '/api/projects')).status).toBe(401);
    expect((await owner.client.call('DELETE', `/api/api-keys/${program.keyId}`)).status).toBe(404);
  });

  it('that has run out opens nothing and is not listed', async () => {
    const owner = await signUpOwner();
    const program = await key(owner.client);
    await DB.prepare('UPDATE api_keys SET expires_at = ? WHERE id = ?')
      .bind(Date.now() - 1, program.keyId)
      .run();
    expect((await program.call('GET', '/api/projects')).status).toBe(401);
    expect(await list(owner.client)).toEqual([]);
  });

  it('may live without end, and is called often without a limit of its own', async () => {
    const owner = await signUpOwner();
    expect((await make(owner.client, { expiresInDays: null })).key.expiresAt).toBeNull();
    const program = await key(owner.client);
    for (let i = 0; i < 15; i++) expect((await program.call('GET', '/api/projects')).status).toBe(200);
  });

  it('makes no keys', async () => {
    const owner = await signUpOwner();
    const program = await key(owner.client, { scopes: ['read', 'write', 'run', 'admin'] });
    await make(program, {}, 403);
  });
});

describe('a service’s key', () => {
  it('is made by admins, belongs to the organisation, and has its own role', async () => {
    const owner = await signUpOwner();
    const admin = await signUp('Admin', await invite(owner.client, 'admin'));
    const wish = { kind: 'service' as const, role: 'member', scopes: ['read', 'write'] };
    const { key: made, secret } = await make(admin.client, wish);
    expect(made).toMatchObject({ kind: 'service', role: 'member', createdBy: 'Admin' });
    expect(await list(owner.client)).toEqual([made]);
    const service = await key(admin.client, wish);
    expect(secret).not.toBe(service.secret);
    expect(await service.json<Me>('GET', '/api/me')).toMatchObject({ via: 'key', role: 'member', user: { id: service.keyId } });
    await owner.client.json('DELETE', `/api/organisation/members/${admin.userId}`, { status: 204 });
    expect((await service.call('GET', '/api/projects')).status).toBe(200);
  });

  it('is made by nobody below, and needs a role', async () => {
    const owner = await signUpOwner();
    const member = await signUp('Member', await invite(owner.client, 'member'));
    await make(member.client, { kind: 'service', role: 'viewer' }, 403);
    await make(owner.client, { kind: 'service' }, 400);
    await make(owner.client, { kind: 'service', role: 'owner' }, 400);
  });
});
