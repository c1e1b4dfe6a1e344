import { env } from 'cloudflare:workers';
import type { Page, StartedRun } from '@specwright/protocol/api.ts';
import type { AuditEntry } from '@specwright/protocol/people-api.ts';
import type { CreatedRegistrationToken, RegistrationToken, RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  key as apiKey,
  type Client,
  invite,
  type Known,
  machineClient,
  migrate,
  signUp,
  signUpOwner,
  stranger,
} from '../testing/front-door.ts';
import { project, specOf } from '../testing/given.ts';
import { makeKey } from '../testing/machine-key.ts';

beforeAll(migrate);

const { DB } = env as unknown as { DB: D1Database };
type Team = Known & { organisationId: string };

async function member(team: Team, role: 'admin' | 'member' | 'viewer' = 'member'): Promise<Known> {
  return signUp(role, await invite(team.client, role));
}

async function register(client: Client, more: object = {}, status = 201) {
  const { publicKey } = await makeKey();
  const body = { name: 'laptop', publicKey, ...more };
  return client.json<{ runnerId: string; organisation: { id: string; name: string }; code?: string }>('POST', '/api/runners', {
    body,
    status,
  });
}

const info = (client: Client, id: string) => client.json<RunnerInfo>('GET', `/api/runners/${id}`);
const change = (client: Client, id: string, body: object, status = 200) =>
  client.json<RunnerInfo>('PATCH', `/api/runners/${id}`, { body, status });

describe('a person adds a machine', () => {
  it('which is theirs alone, until they share it', async () => {
    const team = await signUpOwner();
    const ada = await member(team);
    const { runnerId, organisation } = await register(ada.client, { labels: ['gpu'] });
    expect(organisation.id).toBe(team.organisationId);
    expect(await info(team.client, runnerId)).toMatchObject({
      ...{ name: 'laptop', status: 'offline', online: false, labels: ['gpu'], sharing: 'owner', repositories: [], jobs: [] },
      owner: { id: ada.userId, name: 'member' },
    });
    const projectId = (await project(team.client)).id;
    expect(await change(ada.client, runnerId, { sharing: 'projects', projectIds: [projectId] })).toMatchObject({ projectIds: [projectId] });
  });

  it('under a name that another person’s machine has: refused, with a sentence', async () => {
    const team = await signUpOwner();
    const [ada, bob] = [await member(team), await member(team)];
    const { runnerId } = await register(ada.client);
    expect(await register(bob.client, {}, 409)).toMatchObject({ code: 'CONFLICT' });
    expect((await register(ada.client)).runnerId).toBe(runnerId);
    // Another organisation has names of its own.
    expect((await register((await signUpOwner()).client)).runnerId).not.toBe(runnerId);
  });

  it('not as a viewer, nor in an organisation that is not theirs, nor for a service', async () => {
    const team = await signUpOwner();
    const viewer = await member(team, 'viewer');
    await register(viewer.client, {}, 403);
    const other = await signUpOwner();
    await register(other.client, { organisationId: team.organisationId }, 404);
    await register(viewer.client, { organisationId: team.organisationId }, 403);
    const service = await apiKey(team.client, { scopes: ['admin'], kind: 'service', role: 'admin' });
    await register(service, {}, 403);
  });

  it('in the organisation that they chose, when they belong to several', async () => {
    const [first, second] = [await signUpOwner(), await signUpOwner()];
    const token = await invite(second.client, 'member');
    await first.client.json('POST', '/api/invitations/accept', { body: { token }, status: 200 }).catch(() => null);
    const { organisation } = await register(first.client, { organisationId: second.organisationId });
    expect(organisation.id).toBe(second.organisationId);
  });

  it.each([{ name: '' }, { name: '-x' }, { name: 'a/b' }, { publicKey: 'short' }, { labels: ['Not Small'] }, { sharing: 'everybody' }])(
    'with %o is refused',
    async (wrong) => {
      expect(await register((await signUpOwner()).client, wrong, 400)).toMatchObject({ code: 'BAD_REQUEST' });
    },
  );
});

describe('a machine registers itself by a token', () => {
  const make = (client: Client) =>
    client.json<CreatedRegistrationToken>('POST', '/api/runners/registration-tokens', { body: { labels: ['ci'] } });
  const use = async (token: string, name: string, status = 201) => {
    const { publicKey } = await makeKey();
    return stranger().json<{ runnerId: string; code: string }>('POST', '/runner-api/register', {
      body: { token, name, publicKey },
      status,
    });
  };

  it('once: of two at the same time one gets in; D1 has its hash alone', async () => {
    const team = await signUpOwner();
    const { token, id } = await make(team.client);
    const { publicKey } = await makeKey();
    const tries = await Promise.all(
      ['a', 'b', 'c'].map((name) => stranger().call('POST', '/runner-api/register', { body: { token, name, publicKey } })),
    );
    expect(tries.map((answer) => answer.status).sort()).toEqual([201, 401, 401]);
    expect(await use(token, 'late', 401)).toMatchObject({ code: 'LINK_SPENT' });
    const dump = JSON.stringify(await DB.prepare('SELECT * FROM registration_tokens').all());
    expect(dump).not.toContain(token);
    const { items } = await team.client.json<Page<RegistrationToken>>('GET', '/api/runners/registration-tokens');
    expect(items.find((one) => one.id === id)).toMatchObject({
      createdBy: 'Olga',
      usedAt: expect.any(Number),
      runnerId: expect.any(String),
    });
    const machines = await team.client.json<Page<RunnerInfo>>('GET', '/api/runners');
    expect(machines.items).toMatchObject([{ labels: ['ci'], sharing: 'organisation', owner: { id: team.userId } }]);
  });

  it('again, when it did not hear the answer: the same machine, and only for it', async () => {
    const team = await signUpOwner();
    const { token } = await make(team.client);
    const { publicKey } = await makeKey();
    const ask = (body: object) => stranger().call('POST', '/runner-api/register', { body: { token, name: 'farm', publicKey, ...body } });
    const first = await (await ask({})).json<{ runnerId: string }>();
    expect(await (await ask({})).json()).toEqual(first);
    expect((await ask({ publicKey: (await makeKey()).publicKey })).status).toBe(401);
    expect((await ask({ name: 'another' })).status).toBe(401);
    await team.client.json('DELETE', `/api/runners/${first.runnerId}`, { status: 204 });
    expect((await ask({})).status).toBe(401);
  });

  it('not after an hour, nor when it was revoked, nor when its maker may make none any more', async () => {
    const team = await signUpOwner();
    const old = await make(team.client);
    expect(old.expiresAt - Date.now()).toBeLessThanOrEqual(60 * 60_000);
    await DB.prepare('UPDATE registration_tokens SET expires_at = ? WHERE id = ?')
      .bind(Date.now() - 1, old.id)
      .run();
    await use(old.token, 'old', 401);
    const revoked = await make(team.client);
    await team.client.json('DELETE', `/api/runners/registration-tokens/${revoked.id}`, { status: 204 });
    await use(revoked.token, 'revoked', 401);
    const admin = await member(team, 'admin');
    const theirs = await make(admin.client);
    await team.client.json('PATCH', `/api/organisation/members/${admin.userId}`, { body: { role: 'member' } });
    await use(theirs.token, 'former', 401);
    await use('swt_'.padEnd(60, '0'), 'guess', 401);
  });

  it('under a taken name: the token is not spent', async () => {
    const team = await signUpOwner();
    await register((await member(team)).client, { name: 'taken' });
    const { token } = await make(team.client);
    await use(token, 'taken', 409);
    await use(token, 'free');
  });

  it('and its token is an admin’s to make', async () => {
    const team = await signUpOwner();
    const ada = await member(team);
    expect((await ada.client.call('POST', '/api/runners/registration-tokens', { body: {} })).status).toBe(403);
    expect((await ada.client.call('GET', '/api/runners/registration-tokens')).status).toBe(403);
  });
});

describe('a machine is changed', () => {
  it('by its owner and by admins, by nobody else; viewers see it', async () => {
    const team = await signUpOwner();
    const [ada, bob, viewer] = [await member(team), await member(team), await member(team, 'viewer')];
    const { runnerId } = await register(ada.client);
    expect(await change(ada.client, runnerId, { note: 'On a train.', paused: true })).toMatchObject({ paused: true, note: 'On a train.' });
    expect(await change(team.client, runnerId, { paused: false, draining: true, labels: ['x'] })).toMatchObject({
      paused: false,
      draining: true,
      labels: ['x'],
    });
    await change(bob.client, runnerId, { paused: false }, 403);
    expect((await bob.client.call('DELETE', `/api/runners/${runnerId}`)).status).toBe(403);
    await change(viewer.client, runnerId, { paused: false }, 403);
    expect((await info(viewer.client, runnerId)).name).toBe('laptop');
    const other = await signUpOwner();
    await change(other.client, runnerId, { paused: false }, 404);
    expect((await other.client.call('GET', `/api/runners/${runnerId}`)).status).toBe(404);
  });

  it('to another name, unless it is taken; not to projects that its person does not see', async () => {
    const team = await signUpOwner();
    const ada = await member(team);
    const { runnerId } = await register(ada.client);
    await register(team.client, { name: 'other' });
    expect(await change(ada.client, runnerId, { name: 'desk' })).toMatchObject({ name: 'desk' });
    await change(ada.client, runnerId, { name: 'other' }, 409);
    const closed = await project(team.client);
    await team.client.json('PUT', `/api/projects/${closed.id}/members`, { body: { restricted: true, userIds: [] } });
    await change(ada.client, runnerId, { projectIds: [closed.id] }, 400);
    await change(ada.client, runnerId, { projectIds: [(await project((await signUpOwner()).client)).id] }, 400);
    // What an admin shared is not shown to those who do not see the project.
    expect(await change(team.client, runnerId, { projectIds: [closed.id] })).toMatchObject({ projectIds: [closed.id] });
    expect((await info(ada.client, runnerId)).projectIds).toEqual([]);
  });

  it('and the log tells by whom, and from what to what', async () => {
    const team = await signUpOwner();
    const { runnerId } = await register(team.client);
    await change(team.client, runnerId, { note: 'Slow today.' });
    await vi.waitFor(async () => {
      const { items } = await team.client.json<Page<AuditEntry>>('GET', '/api/audit?action=runner');
      expect(items.map(({ action, target, details }) => [action, target.name, details])).toEqual([
        ['runner.changed', 'laptop', { note: { from: null, to: 'Slow today.' } }],
        ['runner.registered', 'laptop', {}],
      ]);
    });
  });
});

describe('a machine tells of itself', () => {
  it('when it starts and when something changes: people see it', async () => {
    const team = await signUpOwner();
    const key = await makeKey();
    const { runnerId } = await register(team.client, { publicKey: key.publicKey });
    const machine = await machineClient(runnerId, key);
    const repository = { key: 'a'.repeat(64), name: 'app' };
    const found = [{ name: 'git', version: '2.50', detail: null, ok: true }];
    const life = { wire: WIRE_VERSION, lifeId: 'lif_tells', endedLives: [], version: '0.3.0', slots: 2, found, agents: ['opencode'] };
    await machine.json('POST', '/runner-api/lives', { body: { ...life, repositories: [repository] } });
    expect(await info(team.client, runnerId)).toMatchObject({ version: '0.3.0', slots: 2, found, repositories: [repository] });
    const load = { cpu: 0.5, freeMemory: 1e9, freeDisk: 2e9, worktrees: 0 };
    const faults = [{ kind: 'opencode', message: 'The key was refused.', forMs: 60_000 }];
    const report = { load, faults, draining: false, repositories: [] };
    await machine.json('POST', '/runner-api/lives/report', { body: report, status: 204 });
    const now = await info(team.client, runnerId);
    expect(now).toMatchObject({ load, repositories: [], faults: [{ kind: 'opencode', message: 'The key was refused.' }] });
    expect(Date.now() - (now.faults[0]?.since ?? 0)).toBeGreaterThanOrEqual(60_000);
  });
});

describe('a machine that is its owner’s', () => {
  it('does not reach another person’s run, as if there were none, until it is shared', async () => {
    const team = await signUpOwner();
    const ada = await member(team);
    const key = await makeKey();
    const { runnerId } = await register(ada.client, { publicKey: key.publicKey });
    const machine = await machineClient(runnerId, key);
    const spec = await specOf(team.client, 'a');
    const { runId } = await team.client.json<StartedRun>('POST', `/api/specs/${spec.id}/runs`);
    const open = () => machine.call('GET', `/runner-api/runs/${runId}/socket`, { headers: { upgrade: 'websocket' } });
    const refused = await open();
    const none = await machine.call('GET', `/runner-api/runs/run_${'0'.repeat(32)}/socket`, { headers: { upgrade: 'websocket' } });
    expect([refused.status, none.status]).toEqual([404, 404]);
    const bodies = (await Promise.all([refused.json(), none.json()])) as object[];
    expect({ ...bodies[0], requestId: '' }).toEqual({ ...bodies[1], requestId: '' });
    await change(ada.client, runnerId, { sharing: 'projects', projectIds: [spec.projectId] });
    const opened = await open();
    expect(opened.status).toBe(101);
    opened.webSocket?.accept();
    opened.webSocket?.close();
  });
});
