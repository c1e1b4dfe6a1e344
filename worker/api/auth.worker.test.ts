import { env as bindings } from 'cloudflare:workers';
import type { Me } from '@specwright/protocol/api.ts';
import type { ErrorBody } from '@specwright/protocol/error-code.ts';
import type { AuditEntry, SessionInfo, SignInOptions } from '@specwright/protocol/people-api.ts';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { WorkerEnv } from '../environment.ts';
import {
  Client,
  changedEnv,
  invite,
  local,
  migrate,
  nobody,
  ORIGIN,
  PASSWORD,
  signIn,
  signUpByRoute,
  signUpOwner,
  stranger,
  withCookies,
} from '../testing/front-door.ts';

beforeAll(migrate);

const { DB } = bindings as unknown as WorkerEnv;
const signInWith = (email: string, password: string) => stranger().call('POST', '/api/auth/sign-in/email', { body: { email, password } });
const everything = async (table: string) => JSON.stringify((await DB.prepare(`SELECT * FROM ${table}`).all()).results);

/** Who is signed in after GitHub has vouched for this address; null when the way back led to nothing. */
async function throughGitHub(email: string, verified = true): Promise<Me | null> {
  Object.assign(changedEnv, { GITHUB_CLIENT_ID: 'id', GITHUB_CLIENT_SECRET: 'secret' });
  const says: Record<string, unknown> = {
    'https://github.com/login/oauth/access_token': { access_token: 'gho_secret', token_type: 'bearer', scope: 'user:email' },
    'https://api.github.com/user': { id: email, login: 'hub', name: 'Hub', email: null, avatar_url: null },
    'https://api.github.com/user/emails': [{ email, primary: true, verified, visibility: 'private' }],
  };
  const gitHub = vi
    .spyOn(globalThis, 'fetch')
    .mockImplementation(async (url) => Response.json(says[String(url instanceof Request ? url.url : url)]));
  try {
    const begun = await stranger().call('POST', '/api/auth/sign-in/social', { body: { provider: 'github', callbackURL: '/projects' } });
    const { url } = (await begun.clone().json()) as { url: string };
    const state = new URL(url).searchParams.get('state');
    const back = await withCookies(begun).call('GET', `/api/auth/callback/github?code=c&state=${state}`);
    expect(back.status).toBe(302);
    const me = await withCookies(back).call('GET', '/api/me');
    return me.ok ? me.json<Me>() : null;
  } finally {
    gitHub.mockRestore();
    delete changedEnv.GITHUB_CLIENT_ID;
    delete changedEnv.GITHUB_CLIENT_SECRET;
  }
}

describe('signing up', () => {
  it('signs in at once where no mail is sent, with a cookie alone', async () => {
    const email = 'Grace@Example.org';
    const response = await stranger().call('POST', '/api/auth/sign-up/email', { body: { name: 'Grace', email, password: PASSWORD } });
    expect(await response.json()).toEqual({ signedIn: true });
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^specwright-8787\.session_token=.*HttpOnly/i);
    expect(response.headers.get('set-auth-token')).toBeNull();
    const me = await withCookies(response).json<Me>('GET', '/api/me');
    expect(me).toMatchObject({
      user: { name: 'Grace', email: 'grace@example.org' },
      organisation: null,
      role: null,
      organisations: [],
      via: 'cookie',
    });
  });

  it('keeps no token that can be used', async () => {
    const { client } = await signUpByRoute();
    const token = decodeURIComponent(String(client.cookie)).split('=')[1]?.split('.')[0] ?? '';
    expect(token.length).toBeGreaterThan(20);
    expect(await everything('session')).not.toContain(token);
    const [row] = (await DB.prepare('SELECT token FROM session').all<{ token: string }>()).results;
    expect(row?.token).toMatch(/^[0-9a-f]{64}$/);
    expect((await new Client({ authorization: `Bearer ${row?.token}` }).call('GET', '/api/me')).status).toBe(401);
  });

  it.each([
    ['a short password', { password: 'short' }, /^password: At least 10/],
    ['no address', { email: 'nobody' }, /^email: /],
    ['no name', { name: ' ' }, /^name: /],
  ])('refuses %s and says where', async (_, wrong, message) => {
    const body = { name: 'X', email: 'x@example.org', password: PASSWORD, ...wrong };
    const error = await stranger().json<ErrorBody>('POST', '/api/auth/sign-up/email', { body, status: 400 });
    expect(error.message).toMatch(message);
  });

  it('with a taken address says so where no mail can tell its owner', async () => {
    const { email } = await signUpByRoute();
    const body = { name: 'X', email, password: PASSWORD };
    expect(await stranger().json<ErrorBody>('POST', '/api/auth/sign-up/email', { body, status: 409 })).toMatchObject({ code: 'CONFLICT' });
  });

  it('that was cut off before there was a password can be done again; one that is going on is not disturbed', async () => {
    const cutOff = async (email: string, ageMs: number) => {
      const at = Date.now() - ageMs;
      const row = 'INSERT INTO user (id, name, email, email_verified, created_at, updated_at) VALUES (?1, ?2, ?2, 0, ?3, ?3)';
      await DB.prepare(row).bind(`usr_${email}`, email, at).run();
      const body = { name: 'Again', email, password: PASSWORD };
      return (await stranger().call('POST', '/api/auth/sign-up/email', { body })).status;
    };
    expect(await cutOff('cut-off@example.org', 61_000)).toBe(201);
    expect((await signInWith('cut-off@example.org', PASSWORD)).status).toBe(200);
    expect(await cutOff('going-on@example.org', 1_000)).toBe(409);
  });

  it('needs an invitation where the server takes the invited alone', async () => {
    const owner = await signUpOwner();
    const token = await invite(owner.client, 'member', 'eve@example.com');
    changedEnv.SIGN_UP = 'invited';
    try {
      const body = { name: 'Eve', email: 'eve@example.com', password: PASSWORD };
      const up = (more: object, status: number) =>
        stranger().json<ErrorBody>('POST', '/api/auth/sign-up/email', { body: { ...body, ...more }, status });
      expect(await nobody.json<SignInOptions>('GET', '/api/sign-in-options')).toMatchObject({
        signUp: 'invited',
        mail: false,
        github: false,
      });
      expect(await up({}, 403)).toMatchObject({ code: 'FORBIDDEN' });
      expect(await up({ invitation: 'swi_of_nobody_at_all_really' }, 401)).toMatchObject({ code: 'LINK_SPENT' });
      expect(await up({ invitation: token, email: 'other@example.com' }, 403)).toMatchObject({ code: 'FORBIDDEN' });
      await up({ invitation: token }, 201);
      expect(await up({ invitation: token, email: 'second@example.com' }, 401)).toMatchObject({ code: 'LINK_SPENT' });
    } finally {
      delete changedEnv.SIGN_UP;
    }
  });
});

describe('signing in', () => {
  it('answers a wrong password and an unknown address alike', async () => {
    const { email } = await signUpByRoute();
    const answers = await Promise.all([signInWith(email, 'a wrong password'), signInWith('nobody@example.org', 'a wrong password')]);
    const [wrong, unknown] = await Promise.all(answers.map(async (answer) => ({ ...((await answer.json()) as object), requestId: '' })));
    expect(answers.map((answer) => answer.status)).toEqual([401, 401]);
    expect(wrong).toEqual(unknown);
    expect(wrong).toMatchObject({ code: 'SIGN_IN_REFUSED', message: 'E-mail or password is wrong.' });
  });

  it('that fails, works, or is made to work anew is in the audit log of the person’s organisation', async () => {
    const owner = await signUpOwner();
    await signInWith(owner.email, 'a wrong password');
    await signInWith(owner.email, PASSWORD);
    const member = await signUpByRoute('Member', await invite(owner.client));
    const path = `/api/organisation/members/${member.userId}/reset-link`;
    const { token } = await owner.client.json<{ token: string }>('POST', path);
    await stranger().json('POST', '/api/auth/reset-password', { body: { token, newPassword: 'a brand new password' }, status: 200 });
    await vi.waitFor(async () => {
      const { items } = await owner.client.json<{ items: AuditEntry[] }>('GET', '/api/audit');
      const seen = items.map(({ action, target }) => `${action} ${target.id}`);
      expect(seen).toContain(`sign_in.failed ${owner.userId}`);
      expect(seen).toContain(`person.signed_in ${owner.userId}`);
      expect(seen).toContain(`person.signed_up ${member.userId}`);
      expect(seen).toContain(`member.reset_link_made ${member.userId}`);
      expect(seen).toContain(`person.password_reset ${member.userId}`);
    });
    expect(await everything('audit')).not.toContain(token);
  });

  it('makes a new session, and signing out ends that one alone', async () => {
    const { email, client } = await signUpByRoute();
    const response = await signInWith(email.toUpperCase(), PASSWORD);
    expect(await response.json()).toEqual({ signedIn: true });
    const second = withCookies(response);
    expect((await second.call('POST', '/api/auth/sign-out', { body: {} })).status).toBe(200);
    expect((await second.call('GET', '/api/me')).status).toBe(401);
    expect((await client.call('GET', '/api/me')).status).toBe(200);
  });

  it('by GitHub is refused where the server has no keys, and leads to pages of ours alone', async () => {
    const ask = (body: object) => stranger().call('POST', '/api/auth/sign-in/social', { body: { provider: 'github', ...body } });
    expect((await ask({})).status).toBe(400);
    Object.assign(changedEnv, { GITHUB_CLIENT_ID: 'id', GITHUB_CLIENT_SECRET: 'secret' });
    try {
      const response = await ask({ callbackURL: '/projects' });
      const { url } = (await response.json()) as { url: string };
      expect(url).toMatch(/^https:\/\/github\.com\/login\/oauth\/authorize\?/);
      expect(url).toContain(encodeURIComponent(`${ORIGIN}/api/auth/callback/github`));
      for (const callbackURL of ['https://evil.example/', '//evil.example', '/\\evil.example'])
        expect((await ask({ callbackURL })).status).toBe(400);
      const state = new URL(url).searchParams.get('state') ?? '';
      expect(await everything('verification')).not.toContain(state);
    } finally {
      delete changedEnv.GITHUB_CLIENT_ID;
      delete changedEnv.GITHUB_CLIENT_SECRET;
    }
  });

  it('by GitHub makes an account, once, and keeps none of its tokens readable', async () => {
    const email = `${crypto.randomUUID()}@example.org`;
    expect(await throughGitHub(email)).toMatchObject({ user: { name: 'Hub', email }, via: 'cookie' });
    const again = await throughGitHub(email);
    expect(await DB.prepare('SELECT COUNT(*) AS n FROM user WHERE email = ?').bind(email).first('n')).toBe(1);
    expect(again?.user.email).toBe(email);
    expect(await everything('account')).not.toContain('gho_secret');
  });

  it('by GitHub does not join an account whose address nobody has confirmed: somebody else may have made it', async () => {
    const squatter = await signUpByRoute('Squatter');
    expect(await throughGitHub(squatter.email)).toBeNull();
  });

  it('by GitHub needs an invitation to the confirmed address where the server takes the invited alone', async () => {
    const owner = await signUpOwner();
    const [invited, other] = [`${crypto.randomUUID()}@example.org`, `${crypto.randomUUID()}@example.org`];
    await invite(owner.client, 'member', invited);
    changedEnv.SIGN_UP = 'invited';
    try {
      expect(await throughGitHub(other)).toBeNull();
      expect(await throughGitHub(invited, false)).toBeNull();
      expect(await throughGitHub(invited)).toMatchObject({ user: { email: invited } });
    } finally {
      delete changedEnv.SIGN_UP;
    }
  });

  it('by a way back from GitHub that nobody began leads to the sign-in page', async () => {
    const back = await stranger().call('GET', '/api/auth/callback/github?code=c&state=forged');
    expect([back.status, back.headers.get('location')]).toEqual([302, expect.stringMatching(`^${ORIGIN}/sign-in\\?error=`)]);
    expect(back.headers.getSetCookie().join()).not.toMatch(/session_token=[^;]/);
  });

  it('leaves nothing else of the library reachable', async () => {
    const { client } = await signUpByRoute();
    for (const [method, path] of [
      ['GET', '/api/auth/get-session'],
      ['GET', '/api/auth/list-sessions'],
      ['POST', '/api/auth/update-user'],
      ['POST', '/api/auth/api-key/create'],
      ['POST', '/api/auth/device/approve'],
      ['GET', '/api/auth/reset-password/x'],
    ] as const) {
      expect((await client.call(method, path, method === 'POST' ? { body: {} } : {})).status).toBe(404);
    }
  });
});

describe('a password', () => {
  it('is changed by who knows it, and the other sessions end', async () => {
    const { client, email } = await signUpByRoute();
    const other = withCookies(await signInWith(email, PASSWORD));
    const change = (current: string) => client.call('POST', '/api/me/password', { body: { current, next: 'another long password' } });
    expect(await (await change('not the password')).json()).toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(/^current: /),
    });
    const changed = await change(PASSWORD);
    expect(changed.status).toBe(204);
    expect((await other.call('GET', '/api/me')).status).toBe(401);
    expect((await client.call('GET', '/api/me')).status).toBe(401);
    expect((await withCookies(changed).call('GET', '/api/me')).status).toBe(200);
    expect((await signInWith(email, PASSWORD)).status).toBe(401);
    expect((await signInWith(email, 'another long password')).status).toBe(200);
  });

  it('is changed without ending the other sessions when they are to stay', async () => {
    const { client, email } = await signUpByRoute();
    const other = withCookies(await signInWith(email, PASSWORD));
    await client.json('POST', '/api/me/password', {
      body: { current: PASSWORD, next: 'another long password', endOtherSessions: false },
      status: 204,
    });
    expect((await other.call('GET', '/api/me')).status).toBe(200);
  });

  it('can be set by the local owner, who had none', async () => {
    const owner = await signIn();
    await owner.json('POST', '/api/me/password', { body: { current: '', next: 'a first long password' }, status: 204 });
    expect((await signInWith('owner@specwright.local', 'a first long password')).status).toBe(200);
    expect((await local.call('POST', '/api/me/password', { body: { current: '', next: 'a second password' } })).status).toBe(400);
  });

  it('asked for anew is answered alike for known and unknown addresses', async () => {
    const { email } = await signUpByRoute();
    for (const known of [email, 'nobody@example.org'])
      expect(await stranger().json('POST', '/api/auth/request-password-reset', { body: { email: known }, status: 200 })).toEqual({
        asked: true,
      });
  });
});

describe('sessions', () => {
  it('are listed, and ended one by one or all others at once', async () => {
    const { client, email } = await signUpByRoute();
    const others = [];
    for (let i = 0; i < 3; i++) others.push(withCookies(await signInWith(email, PASSWORD)));
    const list = async () => (await client.json<{ items: SessionInfo[] }>('GET', '/api/me/sessions')).items;
    const items = await list();
    expect(items).toHaveLength(4);
    expect(items.filter((session) => session.current)).toHaveLength(1);
    const one = items.find((session) => !session.current);
    await client.json('DELETE', `/api/me/sessions/${one?.id}`, { status: 204 });
    expect((await client.call('DELETE', `/api/me/sessions/${one?.id}`)).status).toBe(404);
    expect(await client.json('DELETE', '/api/me/sessions')).toEqual({ ended: 2 });
    expect(await list()).toHaveLength(1);
    expect(await Promise.all(others.map(async (other) => (await other.call('GET', '/api/me')).status))).toEqual([401, 401, 401]);
  });

  it('of somebody else cannot be ended', async () => {
    const [victim, eve] = [await signUpByRoute(), await signUpByRoute('Eve')];
    const [session] = (await victim.client.json<{ items: SessionInfo[] }>('GET', '/api/me/sessions')).items;
    expect((await eve.client.call('DELETE', `/api/me/sessions/${session?.id}`)).status).toBe(404);
    expect((await victim.client.call('GET', '/api/me')).status).toBe(200);
  });
});

describe('a device', () => {
  const ask = { client_id: 'specwright-runner', scope: 'runner desk' };
  const begin = () => stranger().json<Record<string, string>>('POST', '/api/auth/device/code', { body: ask, status: 200 });
  const poll = async (code: string | undefined) => {
    const body = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: code, client_id: ask.client_id };
    const response = await stranger().call('POST', '/api/auth/device/token', { body });
    return { status: response.status, said: (await response.json()) as Record<string, string> };
  };

  it('gets a bearer’s session once a person has approved its code, and once only', async () => {
    const { userId } = await signUpByRoute();
    const begun = await begin();
    expect(begun.verification_uri_complete).toBe(`${ORIGIN}/device?code=${begun.user_code}`);
    expect(await everything('device_codes')).not.toContain(begun.device_code);
    expect(await poll(begun.device_code)).toMatchObject({ status: 400, said: { error: 'authorization_pending' } });
    const approve = "UPDATE device_codes SET status = 'approved', user_id = ?, last_polled_at = NULL WHERE user_code = ?";
    await DB.prepare(approve).bind(userId, begun.user_code).run();
    const { status, said } = await poll(begun.device_code);
    expect({ status, type: said.token_type, scope: said.scope }).toEqual({ status: 200, type: 'Bearer', scope: 'runner desk' });
    const device = new Client({ authorization: `Bearer ${said.access_token}` });
    expect(await device.json<Me>('GET', '/api/me')).toMatchObject({ user: { id: userId }, via: 'bearer' });
    expect((await poll(begun.device_code)).status).toBe(400);
    expect((await device.call('POST', '/api/auth/sign-out', { body: {} })).status).toBe(200);
    expect((await device.call('GET', '/api/me')).status).toBe(401);
  });

  it('that is none of ours is refused', async () => {
    const body = { client_id: 'evil', scope: '' };
    expect(await stranger().json('POST', '/api/auth/device/code', { body, status: 400 })).toMatchObject({ error: 'invalid_client' });
  });
});
