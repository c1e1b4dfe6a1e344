import type { Me, Page } from '@specwright/protocol/api.ts';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { Client, local, migrate, nobody, ORIGIN, signIn } from '../testing/front-door.ts';
import { makeKey } from '../testing/machine-key.ts';

beforeAll(migrate);

describe('signing in by a one-time link', () => {
  it('makes the owner on first use and signs them in with a cookie that names the port', async () => {
    const { token, expiresAt } = await local.json<{ token: string; expiresAt: number }>('POST', '/api/local/links');
    expect(expiresAt - Date.now()).toBeGreaterThan(14 * 60_000);
    const response = await nobody.call('POST', '/api/local/sign-in', { body: { token } });
    expect(response.status).toBe(200);
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^specwright-8787\.session_token=/);
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    const me = await new Client({ cookie: cookie.split(';')[0] ?? '' }).json<Me>('GET', '/api/me');
    expect(me).toMatchObject({ role: 'owner', user: { name: 'Local owner' }, build: 'test' });
  });

  it('refuses a link that was used, and says how to get a new one', async () => {
    const { token } = await local.json<{ token: string }>('POST', '/api/local/links');
    const tries = await Promise.all([1, 2].map(() => nobody.call('POST', '/api/local/sign-in', { body: { token } })));
    expect(tries.map((response) => response.status).sort()).toEqual([200, 401]);
    const again = await nobody.json<{ code: string; message: string }>('POST', '/api/local/sign-in', { body: { token }, status: 401 });
    expect(again.code).toBe('LINK_SPENT');
    expect(again.message).toContain('specwright link');
  });

  it('refuses a link that is unknown', async () => {
    expect(await nobody.json('POST', '/api/local/sign-in', { body: { token: 'swl_guess' }, status: 401 })).toMatchObject({
      code: 'LINK_SPENT',
    });
  });

  it('signs out', async () => {
    const owner = await signIn();
    expect((await owner.call('GET', '/api/me')).status).toBe(200);
    expect((await owner.call('POST', '/api/auth/sign-out', { body: {} })).status).toBe(200);
    expect((await owner.call('GET', '/api/me')).status).toBe(401);
  });
});

describe('the local credential', () => {
  it('is the owner on every route, without Origin', async () => {
    expect(await local.json<Me>('GET', '/api/me')).toMatchObject({ role: 'owner' });
  });

  it('is needed for links, runners and the sweep: a session does not do', async () => {
    const owner = await signIn();
    for (const path of ['/api/local/links', '/api/local/runners', '/api/local/sweep']) {
      expect((await owner.call('POST', path, { body: { name: 'x' } })).status).toBe(401);
    }
  });

  it('is refused when it is wrong', async () => {
    expect((await new Client({ authorization: 'Bearer wrong' }).call('GET', '/api/me')).status).toBe(401);
  });
});

describe('a runner of this machine', () => {
  it('keeps its id, whatever its key is now, and works for everybody here', async () => {
    const name = 'mine';
    const register = async () =>
      local.json<{ runnerId: string }>('POST', '/api/local/runners', { body: { name, publicKey: (await makeKey()).publicKey } });
    const [first, second] = [await register(), await register()];
    expect(second.runnerId).toBe(first.runnerId);
    const { items } = await local.json<Page<RunnerInfo>>('GET', '/api/runners');
    expect(items).toMatchObject([{ id: first.runnerId, sharing: 'organisation', repositories: null }]);
  });
});

describe('the address', () => {
  it('is refused under a name that somebody else pointed here', async () => {
    const response = await nobody.call('GET', '/api/health', { headers: { host: 'evil.example:8787' } });
    expect(await response.json()).toMatchObject({ code: 'ORIGIN_REFUSED' });
  });

  it('answers health to anybody', async () => {
    expect(await nobody.json('GET', '/api/health')).toMatchObject({ ok: true, build: 'test', wire: expect.any(Number) });
    expect((await nobody.call('GET', '/api/health', { headers: { origin: ORIGIN } })).headers.get('x-request-id')).toMatch(/^req_/);
  });
});
