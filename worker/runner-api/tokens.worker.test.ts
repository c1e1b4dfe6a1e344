import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { seal } from '../door/sealed.ts';
import { Client, changedEnv, local, machineClient, migrate, nobody, signUpOwner, testEnv } from '../testing/front-door.ts';
import { type MachineKey, makeKey } from '../testing/machine-key.ts';

beforeAll(migrate);
afterEach(() => {
  vi.useRealTimers();
  for (const name of Object.keys(changedEnv)) delete changedEnv[name as keyof typeof changedEnv];
});

const pull = (client: Client) => client.call('POST', '/runner-api/messages/pull', { body: {} }).then(({ status }) => status);
const bearer = (token: string) => new Client({ authorization: `Bearer ${token}` });

async function machine(): Promise<{ runnerId: string; key: MachineKey }> {
  const key = await makeKey();
  const body = { name: `m ${crypto.randomUUID()}`, publicKey: key.publicKey };
  const { runnerId } = await local.json<{ runnerId: string }>('POST', '/api/local/runners', { body });
  return { runnerId, key };
}

async function challengeOf(runnerId: string): Promise<string> {
  return (await nobody.json<{ challenge: string }>('POST', '/runner-api/challenges', { body: { runnerId } })).challenge;
}

const ask = (challenge: string, signature: string) => nobody.call('POST', '/runner-api/tokens', { body: { challenge, signature } });

async function tokenOf({ runnerId, key }: { runnerId: string; key: MachineKey }): Promise<string> {
  const challenge = await challengeOf(runnerId);
  const answer = await ask(challenge, await key.sign(challenge));
  expect(answer.status).toBe(201);
  const { token, expiresInMs } = (await answer.json()) as { token: string; expiresInMs: number };
  expect(expiresInMs).toBe(15 * 60_000);
  return token;
}

describe('a machine', () => {
  it('gets a token by its signature, and is let in by it', async () => {
    expect(await pull(bearer(await tokenOf(await machine())))).toBe(200);
  });

  it('of another key, of another’s challenge, or with a signature that is none, gets nothing', async () => {
    const [mine, theirs] = [await machine(), await machine()];
    const challenge = await challengeOf(mine.runnerId);
    expect((await ask(challenge, await theirs.key.sign(challenge))).status).toBe(401);
    expect((await ask(await challengeOf(mine.runnerId), await mine.key.sign(challenge))).status).toBe(401);
    for (const signature of ['', 'A'.repeat(86), '!!!', await mine.key.sign('another text')]) {
      expect((await ask(challenge, signature)).status).toBe(401);
    }
  });

  it('that is unknown looks like one of another key: in challenge and in refusal', async () => {
    const known = await machine();
    const absentId = `rnr_${'0'.repeat(32)}`;
    const refusals = await Promise.all(
      [known.runnerId, absentId].map(async (id) => {
        const challenge = await challengeOf(id);
        const answer = await ask(challenge, await (await makeKey()).sign(challenge));
        return { status: answer.status, body: { ...((await answer.json()) as object), requestId: '' } };
      }),
    );
    expect(refusals[0]).toEqual(refusals[1]);
  });

  it('signs within a minute, and renews its token within a quarter of an hour', async () => {
    const known = await machine();
    const challenge = await challengeOf(known.runnerId);
    const signature = await known.key.sign(challenge);
    const token = await tokenOf(known);
    vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });
    expect((await ask(challenge, signature)).status).toBe(401);
    expect(await pull(bearer(token))).toBe(200);
    vi.setSystemTime(Date.now() + 15 * 60_000);
    expect(await pull(bearer(token))).toBe(401);
  });

  it('that registers again with a new key is the same machine; the old key and its tokens are worth nothing', async () => {
    const owner = await signUpOwner();
    const [first, second] = [await makeKey(), await makeKey()];
    const register = (key: MachineKey) =>
      owner.client.json<{ runnerId: string }>('POST', '/api/runners', { body: { name: 'laptop', publicKey: key.publicKey } });
    const { runnerId } = await register(first);
    const old = await machineClient(runnerId, first);
    expect(await pull(old)).toBe(200);
    expect((await register(first)).runnerId).toBe(runnerId);
    expect(await pull(old)).toBe(200);
    expect((await register(second)).runnerId).toBe(runnerId);
    expect(await pull(old)).toBe(401);
    expect(await pull(await machineClient(runnerId, second))).toBe(200);
  });
});

describe('a forged token', () => {
  it.each([
    ['with another payload', (token: string) => token.replace(/_.(.)/, '_A$1')],
    ['with another seal', (token: string) => `${token.slice(0, -3)}AAA`],
    ['without a seal', (token: string) => token.split('.')[0] ?? ''],
    ['that is a challenge by another name', (token: string) => token.replace('srt_', 'swc_')],
    ['that is empty', () => 'srt_.'],
  ])('%s lets nobody in', async (_, forge) => {
    expect(await pull(bearer(forge(await tokenOf(await machine()))))).toBe(401);
  });

  it('that is a challenge, or sealed by another deployment, lets nobody in', async () => {
    const known = await machine();
    const challenge = await challengeOf(known.runnerId);
    expect(await pull(bearer(challenge.replace('swc_', 'srt_')))).toBe(401);
    const other = { ...(await testEnv()), BETTER_AUTH_SECRET: 'another secret of at least 32 characters' };
    expect(await pull(bearer(await seal(other, 'srt', { r: known.runnerId, k: '' }, Date.now() + 60_000)))).toBe(401);
    const token = await tokenOf(known);
    changedEnv.BETTER_AUTH_SECRET = other.BETTER_AUTH_SECRET;
    expect(await pull(bearer(token))).toBe(401);
  });

  it('of a machine opens nothing that is for people', async () => {
    const token = await tokenOf(await machine());
    for (const path of ['/api/me', '/api/runners', '/api/projects']) expect((await bearer(token).call('GET', path)).status).toBe(401);
  });
});
