import { env } from 'cloudflare:workers';
import {
  type ApprovedDevice,
  approvedLabels,
  approvedOrganisation,
  DEVICE_CLIENTS,
  type DeviceRequest,
  type RunnerInfo,
} from '@specwright/protocol/runners-api.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { Client, invite, machineClient, migrate, signUp, signUpOwner, stranger } from '../testing/front-door.ts';
import { makeKey } from '../testing/machine-key.ts';

beforeAll(migrate);
const { DB } = env as unknown as { DB: D1Database };

interface Asked {
  device_code: string;
  user_code: string;
}

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

function ask(scope = 'runner my laptop', client_id: string = DEVICE_CLIENTS.runner): Promise<Asked> {
  return stranger().json<Asked>('POST', '/api/auth/device/code', { body: { client_id, scope }, status: 200 });
}

async function poll(asked: Asked, client_id: string = DEVICE_CLIENTS.runner) {
  await DB.prepare('UPDATE device_codes SET last_polled_at = NULL').run();
  const answer = await stranger().call('POST', '/api/auth/device/token', {
    body: { grant_type: GRANT, device_code: asked.device_code, client_id },
  });
  return (await answer.json()) as { access_token?: string; scope?: string; error?: string };
}

const look = (client: Client, code: string) => client.json<DeviceRequest>('GET', `/api/devices/${code}`);
const approve = (client: Client, code: string, body: object = {}, status = 200) =>
  client.json<ApprovedDevice>('POST', `/api/devices/${code}/approve`, { body, status });

describe('a machine that asks to be let in', () => {
  it('shows a code; a person looks, approves for an organisation, and the machine registers itself as theirs', async () => {
    const owner = await signUpOwner();
    const asked = await ask();
    expect(await poll(asked)).toMatchObject({ error: 'authorization_pending' });
    expect(await look(owner.client, asked.user_code)).toMatchObject({ machineName: 'my laptop', status: 'pending' });
    expect(await approve(owner.client, asked.user_code)).toEqual({
      machineName: 'my laptop',
      organisation: { id: owner.organisationId, name: 'Olga’s'.replace('’', "'") },
    });
    const { access_token, scope = '' } = await poll(asked);
    const bearer = new Client({ authorization: `Bearer ${access_token}` });
    const key = await makeKey();
    const body = { name: 'my laptop', publicKey: key.publicKey, organisationId: approvedOrganisation(scope) };
    const { runnerId } = await bearer.json<{ runnerId: string }>('POST', '/api/runners', { body });
    const machine = await machineClient(runnerId, key);
    expect((await machine.call('POST', '/runner-api/messages/pull', { body: {} })).status).toBe(200);
    // The code is gone: good once.
    expect(await poll(asked)).toMatchObject({ error: 'invalid_grant' });
    expect((await owner.client.call('GET', `/api/devices/${asked.user_code}`)).status).toBe(404);
  });

  it('gets the labels that the person who let it in chose; without any it keeps those that it has', async () => {
    const owner = await signUpOwner();
    const enters = async (labels: string[]) => {
      const asked = await ask();
      await approve(owner.client, asked.user_code, { labels });
      const { access_token, scope = '' } = await poll(asked);
      const { publicKey } = await makeKey();
      const body = { name: 'my laptop', publicKey, organisationId: approvedOrganisation(scope), labels: approvedLabels(scope) };
      const bearer = new Client({ authorization: `Bearer ${access_token}` });
      const { runnerId } = await bearer.json<{ runnerId: string }>('POST', '/api/runners', { body });
      return (await owner.client.json<RunnerInfo>('GET', `/api/runners/${runnerId}`)).labels;
    };
    expect(await enters(['gpu', 'linux'])).toEqual(['gpu', 'linux']);
    expect(await enters([])).toEqual(['gpu', 'linux']);
    expect(await enters(['arm64'])).toEqual(['arm64']);
    const asked = await ask();
    const bad = { labels: ['a b'] };
    expect((await owner.client.call('POST', `/api/devices/${asked.user_code}/approve`, { body: bad })).status).toBe(400);
  });

  it('is found however its code is typed', async () => {
    const { client } = await signUpOwner();
    const { user_code: code } = await ask();
    for (const typed of [
      code.toLowerCase(),
      `${code.slice(0, 4)}-${code.slice(4)}`,
      `%20${code.slice(0, 4).toLowerCase()}%20${code.slice(4)}`,
    ]) {
      expect((await look(client, typed)).userCode).toBe(code);
    }
  });

  it('is let into the organisation that the person chooses, when they belong to it', async () => {
    const [first, second] = [await signUpOwner(), await signUpOwner('Otto')];
    const both = await signUp('Bea', await invite(first.client));
    await both.client.call('POST', '/api/invitations/accept', { body: { token: await invite(second.client) } });
    const asked = await ask();
    await approve(both.client, asked.user_code, { organisationId: (await signUpOwner()).organisationId }, 403);
    const { organisation } = await approve(both.client, asked.user_code, { organisationId: second.organisationId });
    expect(organisation.id).toBe(second.organisationId);
    expect(approvedOrganisation((await poll(asked)).scope ?? '')).toBe(second.organisationId);
  });

  it('is denied, once and for all', async () => {
    const { client } = await signUpOwner();
    const asked = await ask();
    await client.json('POST', `/api/devices/${asked.user_code}/deny`, { status: 204 });
    expect(await look(client, asked.user_code)).toMatchObject({ status: 'denied' });
    await approve(client, asked.user_code, {}, 409);
    expect(await poll(asked)).toMatchObject({ error: 'access_denied' });
  });

  it('is decided by one of two who do it at once', async () => {
    const [a, b] = [await signUpOwner(), await signUpOwner()];
    const { user_code: code } = await ask();
    const answers = await Promise.all([a, b].map(({ client }) => client.call('POST', `/api/devices/${code}/approve`, { body: {} })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('has a quarter of an hour', async () => {
    const { client } = await signUpOwner();
    const asked = await ask();
    await DB.prepare('UPDATE device_codes SET expires_at = ? WHERE user_code = ?')
      .bind(Date.now() - 1, asked.user_code)
      .run();
    expect(await look(client, asked.user_code)).toMatchObject({ status: 'expired' });
    await approve(client, asked.user_code, {}, 409);
  });

  it('is not let in by a viewer, by one who belongs nowhere, or by nobody', async () => {
    const team = await signUpOwner();
    const { user_code: code } = await ask();
    await approve((await signUp('Vera', await invite(team.client, 'viewer'))).client, code, {}, 403);
    await approve((await signUp()).client, code, {}, 403);
    expect((await stranger().call('POST', `/api/devices/${code}/approve`, { body: {} })).status).toBe(401);
    expect((await look(team.client, code)).status).toBe('pending');
  });

  it('is not found by a guess', async () => {
    expect((await (await signUpOwner()).client.call('GET', '/api/devices/AAAABBBB')).status).toBe(404);
  });
});

describe('a command line that asks to be let in', () => {
  it('is no machine, and gets a session', async () => {
    const { client } = await signUpOwner();
    const asked = await ask('cli', DEVICE_CLIENTS.cli);
    expect(await look(client, asked.user_code)).toMatchObject({ machineName: null });
    await approve(client, asked.user_code);
    const { access_token } = await poll(asked, DEVICE_CLIENTS.cli);
    const me = await new Client({ authorization: `Bearer ${access_token}` }).json<{ via: string }>('GET', '/api/me');
    expect(me.via).toBe('bearer');
  });
});

it('D1 keeps no code that a device could be impersonated with', async () => {
  const asked = await ask();
  const dump = JSON.stringify(await DB.prepare('SELECT * FROM device_codes').all());
  expect(dump).toContain(asked.user_code);
  expect(dump).not.toContain(asked.device_code);
});
