import { expect, test } from 'vitest';
import { signedIdentity } from './signed-identity.ts';

/** A server that answers at once, a clock that is moved by hand. */
function given({ expiresInMs = 900_000 } = {}) {
  const its = { now: 0, asked: [] as unknown[], fails: null as Error | null };
  const identity = signedIdentity({
    runnerId: 'runner_1',
    keys: { publicKey: 'p', sign: (text) => `signed ${text}` },
    monotonic: () => its.now,
    ask: async (path, body) => {
      if (its.fails) throw its.fails;
      its.asked.push(body);
      if (path === 'challenges') return { challenge: `challenge ${its.asked.length}` };
      return { token: `token ${its.asked.length / 2}`, expiresInMs };
    },
  });
  return { its, identity };
}

test('the challenge is signed once; the token serves until two thirds of its duration', async () => {
  const { its, identity } = given();
  expect(await Promise.all([identity.token(), identity.token()])).toEqual(['token 1', 'token 1']);
  its.now = 599_999;
  expect(await identity.token()).toBe('token 1');
  expect(its.asked).toEqual([{ runnerId: 'runner_1' }, { challenge: 'challenge 1', signature: 'signed challenge 1' }]);
});

test('after two thirds a new one is fetched beside the work; after the whole it is waited for', async () => {
  const { its, identity } = given();
  await identity.token();
  its.now = 600_000;
  expect(await identity.token()).toBe('token 1');
  await expect.poll(() => identity.token()).toBe('token 2');
  its.now = 1_600_000;
  expect(await identity.token()).toBe('token 3');
});

test('a renewal that fails leaves the token in use until its end', async () => {
  const { its, identity } = given();
  await identity.token();
  its.fails = new Error('away');
  its.now = 899_999;
  expect(await identity.token()).toBe('token 1');
  its.now = 900_000;
  await expect(identity.token()).rejects.toThrow('away');
  its.fails = null;
  expect(await identity.token()).toBe('token 2');
});

test('a refused token is not used again; a late refusal of the one before changes nothing', async () => {
  const { identity } = given();
  await identity.token();
  identity.refused('token 1');
  expect(await identity.token()).toBe('token 2');
  identity.refused('token 1');
  expect(await identity.token()).toBe('token 2');
});
