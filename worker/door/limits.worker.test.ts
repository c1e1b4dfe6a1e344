import { beforeAll, describe, expect, it, vi } from 'vitest';
import { Client, key, local, migrate, signUpOwner, stranger } from '../testing/front-door.ts';
import { networkOf } from './address.ts';

/** The limits of wrangler.toml, a minute each. */
const SIGN_IN = 10;
const PERSON = 600;
const ADDRESS = 120;
const INVITE = 20;

beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await migrate();
});

type Call = () => Promise<Response>;

/**
 * Counts how many of so many calls are let through, and sees that the first refused one says when to come back. The counters begin
 * anew with each minute of the clock: when that came in between, somebody else tries.
 */
async function letThrough(calls: number, somebody: () => Call | Promise<Call>): Promise<number> {
  for (;;) {
    const call = await somebody();
    const minute = minuteNow();
    const passed = await letThroughNow(calls, call);
    if (minuteNow() === minute) return passed;
  }
}

const minuteNow = () => Math.floor(Date.now() / 60_000);

async function letThroughNow(calls: number, call: Call): Promise<number> {
  let passed = 0;
  for (let at = 0; at < calls; at++) {
    const answer = await call();
    if (answer.status !== 429) {
      passed += 1;
      continue;
    }
    expect(answer.headers.get('retry-after')).toBe('60');
    expect(await answer.json()).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    break;
  }
  return passed;
}

describe('what is asked too often', () => {
  it('signing in is counted by address', async () => {
    const somebody = () => {
      const client = stranger();
      return () => client.call('POST', '/api/auth/sign-in/email', { body: { email: `${crypto.randomUUID()}@example.org`, password: 'x' } });
    };
    expect(await letThrough(SIGN_IN + 5, somebody)).toBe(SIGN_IN);
  });

  it('and by the e-mail that is tried, from however many addresses', async () => {
    const somebody = () => {
      const email = `${crypto.randomUUID()}@example.org`.toUpperCase();
      return () => stranger().call('POST', '/api/auth/sign-in/email', { body: { email, password: 'x' } });
    };
    expect(await letThrough(SIGN_IN + 5, somebody)).toBe(SIGN_IN);
  });

  it('public routes are counted by address, and one address does not slow another', async () => {
    const somebody = () => {
      const client = stranger();
      return () => client.call('GET', '/api/sign-in-options');
    };
    expect(await letThrough(ADDRESS + 5, somebody)).toBe(ADDRESS);
    expect((await stranger().call('GET', '/api/sign-in-options')).status).toBe(200);
  });

  it('keys that nobody has are counted by address', async () => {
    let last = 0;
    const somebody = () => {
      const address = { 'cf-connecting-ip': `192.0.2.${++last}` };
      return () => new Client({ authorization: `Bearer swk_${crypto.randomUUID()}`, ...address }).call('GET', '/api/me');
    };
    expect(await letThrough(ADDRESS + 5, somebody)).toBe(ADDRESS);
  });

  it('invitations are counted by organisation', async () => {
    const somebody = async () => {
      const { client } = await signUpOwner();
      return () => client.call('POST', '/api/organisation/invitations', { body: { email: null, role: 'viewer' } });
    };
    expect(await letThrough(INVITE + 5, somebody)).toBeLessThanOrEqual(INVITE);
  });

  it('a person and their key are counted apart; this machine is not counted', async () => {
    let program: Client | null = null;
    const somebody = async () => {
      const { client } = await signUpOwner();
      program = await key(client);
      return () => client.call('GET', '/api/me');
    };
    // The count is not waited for, so a few more may pass before it is known.
    const passed = await letThrough(PERSON + 50, somebody);
    expect(passed).toBeGreaterThan(PERSON - 20);
    expect(passed).toBeLessThan(PERSON + 50);
    expect((await (program as Client | null)?.call('GET', '/api/me'))?.status).toBe(200);
    expect(await letThrough(PERSON + 50, () => () => local.call('GET', '/api/me'))).toBe(PERSON + 50);
  }, 120_000);
});

describe('an address', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:1:2::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
