import type { Me } from '@specwright/protocol/api.ts';
import type { ErrorBody } from '@specwright/protocol/error-code.ts';
import type { CreatedInvitation, SignedUp } from '@specwright/protocol/people-api.ts';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  changedEnv,
  invite,
  migrate,
  nobody,
  ORIGIN,
  PASSWORD,
  signUp,
  signUpOwner,
  stranger,
  withCookies,
} from '../testing/front-door.ts';

beforeAll(migrate);

interface Sent {
  from: string;
  to: string[];
  subject: string;
  text: string;
}

/** A provider that takes every letter, or none. */
const provider = { letters: [] as Sent[], status: 200, authorization: '' };

beforeEach(() => {
  Object.assign(provider, { letters: [], status: 200 });
  Object.assign(changedEnv, {
    MAIL_URL: 'https://mail.example/emails',
    MAIL_KEY: 'a mail key',
    MAIL_FROM: 'Specwright <hello@example.org>',
  });
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    expect(String(url)).toBe('https://mail.example/emails');
    provider.authorization = new Headers(init?.headers).get('authorization') ?? '';
    provider.letters.push(JSON.parse(String(init?.body)));
    return new Response('{}', { status: provider.status });
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  for (const name of ['MAIL_URL', 'MAIL_KEY', 'MAIL_FROM'] as const) delete changedEnv[name];
});

const letterTo = (email: string) =>
  vi.waitFor(() => provider.letters.find(({ to }) => to.includes(email)) ?? Promise.reject(new Error('no letter')));
const tokenIn = (letter: Sent, page: string) => new RegExp(`${ORIGIN}/${page}#(\\S+)`).exec(letter.text)?.[1] ?? '';
const newAddress = () => `${crypto.randomUUID()}@example.org`;
const signUpAt = (email: string, more: object = {}) =>
  stranger().call('POST', '/api/auth/sign-up/email', { body: { name: 'Ada', email, password: PASSWORD, ...more } });
const signInAt = (email: string, password = PASSWORD) => stranger().call('POST', '/api/auth/sign-in/email', { body: { email, password } });

describe('where mail is sent', () => {
  it('an account works once its address is confirmed', async () => {
    const email = newAddress();
    const response = await signUpAt(email);
    expect(await response.json<SignedUp>()).toEqual({ signedIn: false });
    expect(response.headers.getSetCookie()).toEqual([]);
    const letter = await letterTo(email);
    expect(provider.authorization).toBe('Bearer a mail key');
    expect(letter).toMatchObject({ from: 'Specwright <hello@example.org>', subject: 'Confirm your address' });
    expect(await (await signInAt(email)).json()).toMatchObject({ code: 'ADDRESS_UNCONFIRMED' });
    const confirm = (token: string) => stranger().call('POST', '/api/auth/verify-email', { body: { token } });
    expect(await (await confirm('a.forged.token.of.some.length')).json()).toMatchObject({ code: 'LINK_SPENT' });
    const confirmed = await confirm(tokenIn(letter, 'verify'));
    expect(await confirmed.json()).toEqual({ signedIn: true });
    expect(await withCookies(confirmed).json<Me>('GET', '/api/me')).toMatchObject({ user: { email } });
    expect((await signInAt(email)).status).toBe(200);
  });

  it('signing up with a taken address is answered like any other, and its owner reads of it', async () => {
    const email = newAddress();
    const [first, second] = [await signUpAt(email), await signUpAt(email, { password: 'somebody else’s password' })];
    expect([second.status, await second.text()]).toEqual([first.status, await first.text()]);
    await vi.waitFor(() => expect(provider.letters.map(({ subject }) => subject)).toContain('You have an account already'));
    expect((await signInAt(email, 'somebody else’s password')).status).toBe(401);
  });

  it('a taken address does not spend the invitation it was tried with', async () => {
    const owner = await signUpWithoutMail();
    const taken = newAddress();
    await signUpAt(taken);
    const token = await invite(owner.client);
    expect((await signUpAt(taken, { invitation: token })).status).toBe(201);
    await nobody.json('POST', '/api/invitations/look', { body: { token }, status: 200 });
  });

  it('a forgotten password is set anew by the letter’s link, which confirms the address as well', async () => {
    const email = newAddress();
    await signUpAt(email);
    await letterTo(email);
    provider.letters = [];
    await stranger().json('POST', '/api/auth/request-password-reset', { body: { email }, status: 200 });
    const token = tokenIn(await letterTo(email), 'reset');
    await stranger().json('POST', '/api/auth/reset-password', { body: { token, newPassword: 'a brand new password' }, status: 200 });
    expect((await signInAt(email, 'a brand new password')).status).toBe(200);
  });

  it('nobody is written to whose address is unknown', async () => {
    await stranger().json('POST', '/api/auth/request-password-reset', { body: { email: newAddress() }, status: 200 });
    expect(provider.letters).toEqual([]);
  });

  it('an invitation goes by letter alone, and who comes by it has proved the address', async () => {
    const owner = await signUpWithoutMail();
    const email = newAddress();
    const body = { email, role: 'member' };
    const created = await owner.client.json<CreatedInvitation>('POST', '/api/organisation/invitations', { body });
    expect(created).toMatchObject({ mailed: true, token: null });
    const letter = await letterTo(email);
    expect(letter.subject).toBe("Olga invites you to Olga's");
    const joined = await signUpAt(email, { invitation: tokenIn(letter, 'join') });
    expect(await joined.json()).toEqual({ signedIn: true });
    expect(await withCookies(joined).json<Me>('GET', '/api/me')).toMatchObject({
      role: 'member',
      organisation: { id: owner.organisationId },
    });
  });

  it('an invitation that could not be sent is not kept', async () => {
    const owner = await signUpWithoutMail();
    provider.status = 500;
    const body = { email: newAddress(), role: 'member' };
    const refusal = await owner.client.json<ErrorBody>('POST', '/api/organisation/invitations', { body, status: 503 });
    expect(refusal.message).toContain('could not be sent');
    expect(await owner.client.json('GET', '/api/organisation/invitations')).toEqual({ items: [], nextCursor: null });
  });

  it('admins make no reset links: people ask for their own', async () => {
    const owner = await signUpWithoutMail();
    const { token } = await owner.client.json<CreatedInvitation>('POST', '/api/organisation/invitations', {
      body: { email: null, role: 'member' },
    });
    delete changedEnv.MAIL_URL;
    const member = await signUp('Member', token ?? '');
    changedEnv.MAIL_URL = 'https://mail.example/emails';
    await owner.client.json('POST', `/api/organisation/members/${member.userId}/reset-link`, { status: 409 });
  });
});

/** Somebody whose account is older than the mail. */
async function signUpWithoutMail() {
  const { MAIL_URL } = changedEnv;
  delete changedEnv.MAIL_URL;
  const owner = await signUpOwner();
  changedEnv.MAIL_URL = MAIL_URL;
  return owner;
}
