import { REVOKED } from '@specwright/protocol/page-frame.ts';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Client, invite, type Known, key, migrate, signUp, signUpOwner } from '../testing/front-door.ts';
import { startedRun } from '../testing/given.ts';

beforeAll(migrate);

/** Who watches a run, and how its socket ended. */
interface Watch {
  frames: { type: string; events?: { kind: string }[] }[];
  ended: Promise<{ code: number }>;
}

async function watch(client: Client, runId: string): Promise<Watch> {
  const { webSocket } = await client.call('GET', `/api/runs/${runId}/socket`, { headers: { upgrade: 'websocket' } });
  if (!webSocket) throw new Error('no socket');
  const frames: Watch['frames'] = [];
  webSocket.addEventListener('message', ({ data }) => frames.push(JSON.parse(String(data))));
  const ended = new Promise<{ code: number }>((done) => webSocket.addEventListener('close', ({ code }) => done({ code })));
  webSocket.accept();
  await vi.waitFor(() => expect(frames.map(({ type }) => type)).toContain('state'));
  return { frames, ended };
}

describe('a page that watches a run is closed when', () => {
  let owner: Known;
  let member: Known;
  let run: { runId: string; projectId: string };
  let stays: Watch;

  beforeEach(async () => {
    owner = await signUpOwner();
    member = await signUp('Member', await invite(owner.client, 'member'));
    run = await startedRun(owner.client);
    stays = await watch(owner.client, run.runId);
  });

  async function expectClosed(client: Client, change: () => Promise<unknown>): Promise<void> {
    const lost = await watch(client, run.runId);
    await change();
    expect((await lost.ended).code).toBe(REVOKED);
    const again = await client.call('GET', `/api/runs/${run.runId}/socket`, { headers: { upgrade: 'websocket' } });
    expect([401, 403, 404]).toContain(again.status);
    // Others go on watching.
    await owner.client.json('POST', `/api/runs/${run.runId}/stop`, { status: 200 });
    await vi.waitFor(() => expect(JSON.stringify(stays.frames)).toContain('stop_requested'));
    expect(JSON.stringify(lost.frames)).not.toContain('stop_requested');
  }

  it('its person is removed', () =>
    expectClosed(member.client, () => owner.client.json('DELETE', `/api/organisation/members/${member.userId}`, { status: 204 })));

  it('its person leaves', () =>
    expectClosed(member.client, async () => {
      const left = await member.client.call('POST', '/api/organisation/leave');
      expect(left.ok).toBe(true);
    }));

  it('its session is ended', () =>
    expectClosed(member.client, async () => {
      const out = await member.client.call('POST', '/api/auth/sign-out', { body: {} });
      expect(out.ok).toBe(true);
    }));

  it('the project is closed to its person', () =>
    expectClosed(member.client, () =>
      owner.client.json('PUT', `/api/projects/${run.projectId}/members`, { body: { restricted: true, userIds: [] }, status: 200 }),
    ));

  it('its key is revoked', async () => {
    const program = await key(member.client);
    await expectClosed(program, () => member.client.json('DELETE', `/api/api-keys/${program.keyId}`, { status: 204 }));
  });

  it('an admin who saw a closed project is made a member', async () => {
    await owner.client.json('PATCH', `/api/organisation/members/${member.userId}`, { body: { role: 'admin' }, status: 200 });
    await owner.client.json('PUT', `/api/projects/${run.projectId}/members`, { body: { restricted: true, userIds: [] }, status: 200 });
    await expectClosed(member.client, () =>
      owner.client.json('PATCH', `/api/organisation/members/${member.userId}`, { body: { role: 'member' }, status: 200 }),
    );
  });
});

describe('sockets of one person', () => {
  it('are at most fifty to one run', async () => {
    const owner = await signUpOwner();
    const { runId } = await startedRun(owner.client);
    for (let at = 0; at < 50; at++) await watch(owner.client, runId);
    const path = `/api/runs/${runId}/socket`;
    const answer = await owner.client.json('GET', path, { headers: { upgrade: 'websocket' }, status: 429 });
    expect(answer).toMatchObject({ code: 'RATE_LIMITED' });
    const other = await signUp('Other', await invite(owner.client, 'viewer'));
    await watch(other.client, runId);
  });
});
