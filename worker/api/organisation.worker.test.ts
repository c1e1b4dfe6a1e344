import { env as bindings } from 'cloudflare:workers';
import type { Me } from '@specwright/protocol/api.ts';
import type { ErrorBody } from '@specwright/protocol/error-code.ts';
import type { CreatedInvitation, Invitation, InvitationLook, Member, Organisation } from '@specwright/protocol/people-api.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WorkerEnv } from '../environment.ts';
import {
  type Client,
  invite,
  type Known,
  key,
  migrate,
  nobody,
  PASSWORD,
  signIn,
  signUp,
  signUpOwner,
  stranger,
} from '../testing/front-door.ts';
import { startedRun } from '../testing/given.ts';

beforeAll(migrate);

const { DB } = bindings as unknown as WorkerEnv;
const MEMBERS = '/api/organisation/members';
const refusedWith = (client: Client, method: string, path: string, ask: { body?: unknown; status: number }) =>
  client.json<ErrorBody>(method, path, ask);
const roleOf = async ({ client }: Known) => (await client.json<Me>('GET', '/api/me')).role;

/** An owner and, of each role, one who joined by a link. */
async function team() {
  const owner = await signUpOwner();
  const join = async (role: 'admin' | 'member' | 'viewer') => signUp(role, await invite(owner.client, role));
  return { owner, admin: await join('admin'), member: await join('member'), viewer: await join('viewer') };
}

describe('an organisation', () => {
  it('is made by anybody who is signed in, who owns it and is switched to it', async () => {
    const { client } = await signUp();
    expect((await client.call('GET', '/api/organisation')).status).toBe(403);
    const made = await client.json<Organisation>('POST', '/api/organisations', { body: { name: ' First ' } });
    expect(made).toMatchObject({ id: expect.stringMatching(/^org_/), name: 'First', role: 'owner' });
    await client.json('POST', '/api/organisations', { body: { name: 'Second' } });
    const me = await client.json<Me>('GET', '/api/me');
    expect(me.organisation?.name).toBe('Second');
    expect(me.organisations.map(({ name, role }) => [name, role])).toEqual([
      ['First', 'owner'],
      ['Second', 'owner'],
    ]);
    expect(await client.json<Me>('PUT', '/api/me/organisation', { body: { organisationId: made.id } })).toMatchObject({
      organisation: { id: made.id },
    });
    expect(await client.json('GET', '/api/organisation')).toEqual(made);
  });

  it('of others cannot be switched to', async () => {
    const [{ client }, other] = [await signUpOwner(), await signUpOwner()];
    await refusedWith(client, 'PUT', '/api/me/organisation', { body: { organisationId: other.organisationId }, status: 404 });
  });

  it('is renamed by admins', async () => {
    const { admin, member } = await team();
    expect(await admin.client.json('PATCH', '/api/organisation', { body: { name: 'Renamed' } })).toMatchObject({ name: 'Renamed' });
    await refusedWith(member.client, 'PATCH', '/api/organisation', { body: { name: 'x' }, status: 403 });
  });

  it('is deleted by its owner who types its name, with everything in it, and not while something runs', async () => {
    const { owner, admin } = await team();
    const { name } = await owner.client.json<Organisation>('GET', '/api/organisation');
    const { projectId, runId } = await startedRun(owner.client);
    const remove = (client: Client, confirm: string, status: number) =>
      client.json<ErrorBody>('DELETE', '/api/organisation', { body: { confirm }, status });
    await remove(admin.client, name, 403);
    await remove(owner.client, 'another name', 400);
    expect(await remove(owner.client, name, 409)).toMatchObject({ code: 'RUN_ACTIVE', message: expect.stringContaining('“A spec”') });
    await owner.client.json('POST', `/api/runs/${runId}/stop`, { status: 200 });
    await DB.prepare('UPDATE runs SET at_rest = 1 WHERE id = ?').bind(runId).run();
    const program = await key(owner.client);
    await remove(owner.client, name, 204);
    expect((await program.call('GET', '/api/projects')).status).toBe(401);
    expect((await admin.client.call('GET', '/api/organisation')).status).toBe(403);
    expect(await owner.client.json<Me>('GET', '/api/me')).toMatchObject({ organisation: null, organisations: [] });
    for (const table of ['projects', 'specs', 'chunks', 'runs', 'members', 'invitations', 'api_keys']) {
      const left = await DB.prepare(`SELECT COUNT(*) AS n FROM ${table} WHERE organisation_id = ?`).bind(owner.organisationId).first('n');
      expect([table, left]).toEqual([table, 0]);
    }
    expect(projectId).toMatch(/^prj_/);
  });
});

describe('the organisation of the server’s own machine', () => {
  it('is neither deleted nor left by its owner', async () => {
    const owner = await signIn();
    const { name } = await owner.json<Organisation>('GET', '/api/organisation');
    await refusedWith(owner, 'DELETE', '/api/organisation', { body: { confirm: name }, status: 409 });
    await refusedWith(owner, 'POST', '/api/organisation/leave', { status: 409 });
    expect((await owner.call('GET', '/api/organisation')).status).toBe(200);
  });
});

describe('an invitation', () => {
  it('by link is looked at, accepted once, and makes a member of the role', async () => {
    const { client, organisationId } = await signUpOwner();
    const created = await client.json<CreatedInvitation>('POST', '/api/organisation/invitations', {
      body: { email: null, role: 'viewer' },
    });
    expect(created).toMatchObject({ mailed: false, invitation: { email: null, role: 'viewer', invitedBy: 'Olga' } });
    expect(created.invitation.expiresAt - Date.now()).toBeGreaterThan(6.9 * 24 * 60 * 60 * 1000);
    const token = created.token ?? '';
    expect(JSON.stringify((await DB.prepare('SELECT * FROM invitations').all()).results)).not.toContain(token);
    const look = await nobody.json<InvitationLook>('POST', '/api/invitations/look', { body: { token }, status: 200 });
    expect(look).toEqual({
      organisationName: "Olga's",
      invitedBy: 'Olga',
      role: 'viewer',
      email: null,
      expiresAt: created.invitation.expiresAt,
    });
    const ben = await signUp('Ben');
    const accept = (who: Known, status = 200) => who.client.json('POST', '/api/invitations/accept', { body: { token }, status });
    expect(await accept(ben)).toMatchObject({ id: organisationId, role: 'viewer' });
    expect(await accept(ben)).toMatchObject({ id: organisationId, role: 'viewer' });
    expect(await ben.client.json<Me>('GET', '/api/me')).toMatchObject({ organisation: { id: organisationId }, role: 'viewer' });
    expect(await accept(await signUp(), 401)).toMatchObject({ code: 'LINK_SPENT' });
    await nobody.json('POST', '/api/invitations/look', { body: { token }, status: 401 });
  });

  it('is used once by two who try at once', async () => {
    const { client } = await signUpOwner();
    const token = await invite(client);
    const people = await Promise.all([signUp(), signUp(), signUp()]);
    const tries = await Promise.all(people.map((one) => one.client.call('POST', '/api/invitations/accept', { body: { token } })));
    expect(tries.map((answer) => answer.status).sort()).toEqual([200, 401, 401]);
  });

  it('to an address is for that address alone', async () => {
    const { client } = await signUpOwner();
    const [ben, eve] = [await signUp('Ben'), await signUp('Eve')];
    const token = await invite(client, 'member', ben.email.toUpperCase());
    await refusedWith(eve.client, 'POST', '/api/invitations/accept', { body: { token }, status: 403 });
    await ben.client.json('POST', '/api/invitations/accept', { body: { token }, status: 200 });
  });

  it('that was taken back, replaced or is too old does not work', async () => {
    const { client } = await signUpOwner();
    const taken = await client.json<CreatedInvitation>('POST', '/api/organisation/invitations', { body: { email: null, role: 'member' } });
    await client.json('DELETE', `/api/organisation/invitations/${taken.invitation.id}`, { status: 204 });
    await client.json('DELETE', `/api/organisation/invitations/${taken.invitation.id}`, { status: 404 });
    const replaced = await invite(client, 'admin', 'ben@example.net');
    await invite(client, 'viewer', 'ben@example.net');
    const old = await invite(client);
    const list = async () => (await client.json<{ items: Invitation[] }>('GET', '/api/organisation/invitations')).items;
    expect((await list()).map(({ role }) => role)).toEqual(['member', 'viewer']);
    await DB.prepare("UPDATE invitations SET expires_at = ? WHERE email IS NULL AND status = 'pending'")
      .bind(Date.now() - 1)
      .run();
    expect((await list()).map(({ role }) => role)).toEqual(['viewer']);
    for (const token of [taken.token, replaced, old]) await nobody.json('POST', '/api/invitations/look', { body: { token }, status: 401 });
  });

  it('does not change the role of who is a member already', async () => {
    const { owner, member } = await team();
    const token = await invite(owner.client, 'admin');
    expect(await member.client.json('POST', '/api/invitations/accept', { body: { token }, status: 200 })).toMatchObject({ role: 'member' });
  });

  it('does not let somebody in again who has left, nor by one they sent themselves', async () => {
    const { owner, admin } = await team();
    const own = await invite(admin.client, 'admin');
    const token = await invite(owner.client, 'admin');
    const ben = await signUp('Ben', token);
    await ben.client.json('POST', '/api/organisation/leave', { status: 204 });
    await refusedWith(ben.client, 'POST', '/api/invitations/accept', { body: { token }, status: 401 });
    await owner.client.json('DELETE', `${MEMBERS}/${admin.userId}`, { status: 204 });
    await refusedWith(admin.client, 'POST', '/api/invitations/accept', { body: { token: own }, status: 401 });
  });
});

describe('members', () => {
  it('are seen by all of them, with their roles', async () => {
    const { viewer } = await team();
    const { items } = await viewer.client.json<{ items: Member[] }>('GET', MEMBERS);
    expect(items.map(({ name, role }) => [name, role])).toEqual([
      ['Olga', 'owner'],
      ['admin', 'admin'],
      ['member', 'member'],
      ['viewer', 'viewer'],
    ]);
  });

  it('are given roles by admins, up to their own, and never above them', async () => {
    const { owner, admin, member } = await team();
    const set = (who: Known, role: string, status = 200) =>
      admin.client.json<ErrorBody>('PATCH', `${MEMBERS}/${who.userId}`, { body: { role }, status });
    await set(member, 'admin');
    expect(await roleOf(member)).toBe('admin');
    expect(await set(owner, 'viewer', 403)).toMatchObject({ code: 'FORBIDDEN' });
    await set(member, 'owner', 400);
    await refusedWith(admin.client, 'DELETE', `${MEMBERS}/${owner.userId}`, { status: 403 });
    expect(await roleOf(owner)).toBe('owner');
  });

  it('who are removed are out at once, with their keys', async () => {
    const { owner, member } = await team();
    const program = await key(member.client);
    expect((await program.call('GET', '/api/projects')).status).toBe(200);
    await owner.client.json('DELETE', `${MEMBERS}/${member.userId}`, { status: 204 });
    expect((await member.client.call('GET', '/api/projects')).status).toBe(403);
    expect((await program.call('GET', '/api/projects')).status).toBe(401);
    await refusedWith(owner.client, 'DELETE', `${MEMBERS}/${member.userId}`, { status: 404 });
  });

  it('of another organisation are as absent', async () => {
    const [{ owner }, other] = [await team(), await signUpOwner()];
    for (const [method, path] of [
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/reset-link'],
    ] as const)
      await refusedWith(other.client, method, `${MEMBERS}/${owner.userId}${path}`, { body: { role: 'viewer' }, status: 404 });
  });

  it('keep an owner: the last one cannot leave or be lowered', async () => {
    const { owner } = await team();
    expect(await refusedWith(owner.client, 'POST', '/api/organisation/leave', { status: 409 })).toMatchObject({ code: 'CONFLICT' });
    await refusedWith(owner.client, 'PATCH', `${MEMBERS}/${owner.userId}`, { body: { role: 'admin' }, status: 409 });
    await refusedWith(owner.client, 'DELETE', `${MEMBERS}/${owner.userId}`, { status: 409 });
  });

  it('hand the ownership on to one of them', async () => {
    const { owner, member } = await team();
    const transfer = (userId: string, status: number) =>
      owner.client.json('POST', '/api/organisation/transfer', { body: { userId }, status });
    await transfer('usr_of_nobody', 404);
    await transfer(owner.userId, 400);
    await transfer(member.userId, 204);
    expect([await roleOf(owner), await roleOf(member)]).toEqual(['admin', 'owner']);
    await transfer(member.userId, 403);
    await owner.client.json('POST', '/api/organisation/leave', { status: 204 });
  });

  it('of two owners who leave at once, one stays', async () => {
    const { owner, admin } = await team();
    await DB.prepare("UPDATE members SET role = 'owner' WHERE user_id = ?").bind(admin.userId).run();
    const leave = ({ client }: Known) => client.call('POST', '/api/organisation/leave');
    const answers = await Promise.all([leave(owner), leave(admin)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });
});

describe('a reset link', () => {
  const make = (client: Client, userId: string, status = 201) =>
    client.json<{ token: string }>('POST', `${MEMBERS}/${userId}/reset-link`, { status });
  const reset = (token: string, status: number) =>
    stranger().json('POST', '/api/auth/reset-password', { body: { token, newPassword: 'a brand new password' }, status });

  it('sets a new password once, and ends the person’s sessions', async () => {
    const { admin, member } = await team();
    const { token } = await make(admin.client, member.userId);
    expect(JSON.stringify((await DB.prepare('SELECT * FROM verification').all()).results)).not.toContain(token);
    await reset(token, 200);
    await reset(token, 401);
    expect((await member.client.call('GET', '/api/me')).status).toBe(401);
    const body = { email: member.email, password: 'a brand new password' };
    expect((await stranger().call('POST', '/api/auth/sign-in/email', { body })).status).toBe(200);
    expect((await stranger().call('POST', '/api/auth/sign-in/email', { body: { ...body, password: PASSWORD } })).status).toBe(401);
  });

  it('is made for nobody who stands above, beside, or elsewhere too', async () => {
    const { owner, admin, member } = await team();
    const second = await signUp('Second', await invite(owner.client, 'admin'));
    await make(admin.client, owner.userId, 403);
    await make(admin.client, second.userId, 403);
    await make(owner.client, second.userId);
    await make(member.client, admin.userId, 403);
    await member.client.json('POST', '/api/organisations', { body: { name: 'Of their own' } });
    await make(owner.client, member.userId, 403);
  });
});
