import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { REVOKED } from '@specwright/protocol/page-frame.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import type { WorkerEvent } from '@specwright/protocol/workers-api.ts';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkerEnv } from '../environment.ts';
import { type Client, invite, type Known, migrate, signUp, signUpOwner } from '../testing/front-door.ts';
import { startedRun } from '../testing/given.ts';

const { DB, DISPATCH } = env as unknown as WorkerEnv;
beforeAll(migrate);

let owner: Known & { organisationId: string };
beforeEach(async () => {
  owner = await signUpOwner();
});

const stub = () => DISPATCH.get(DISPATCH.idFromName(owner.organisationId));

async function watch(client: Client) {
  const { webSocket } = await client.call('GET', '/api/workers/socket', { headers: { upgrade: 'websocket' } });
  if (!webSocket) throw new Error('no socket');
  const heard: WorkerEvent[] = [];
  webSocket.addEventListener('message', ({ data }) => void heard.push(JSON.parse(String(data))));
  const ended = new Promise<number>((done) => webSocket.addEventListener('close', ({ code }) => done(code)));
  webSocket.accept();
  return { heard, ended, titles: () => heard.map(({ data }) => JSON.stringify(data)).join() };
}

/** What is kept with every socket of dispatch, as time would have made it; the object forgets what it had in mind. */
async function age(change: (kept: Record<string, unknown>) => object): Promise<void> {
  await runInDurableObject(stub(), async (_, ctx) => {
    for (const socket of ctx.getWebSockets()) {
      const kept = socket.deserializeAttachment();
      socket.serializeAttachment({ ...kept, ...change(kept) });
    }
  });
  await evictDurableObject(stub());
}

const endSession = (userId: string) => DB.prepare('UPDATE session SET expires_at = 1 WHERE user_id = ?').bind(userId).run();

describe('who watches workers by a session that has ended by itself', () => {
  it('hears nothing once that was looked at more than a minute ago; others go on', async () => {
    const member = await signUp('Member', await invite(owner.client, 'member'));
    const [stays, lost] = [await watch(owner.client), await watch(member.client)];
    await endSession(member.userId);
    await age(() => ({ authorisedAt: Date.now() - 61_000 }));
    const { specId } = await startedRun(owner.client);
    expect(await lost.ended).toBe(REVOKED);
    await vi.waitFor(() => expect(stays.titles()).toContain(specId));
    expect(lost.titles()).not.toContain(specId);
  });

  it('has the stream of events end, too, and gets no other', async () => {
    const member = await signUp('Member', await invite(owner.client, 'member'));
    const stream = await member.client.call('GET', '/api/workers/events');
    await endSession(member.userId);
    await age(() => ({ authorisedAt: Date.now() - 61_000 }));
    const { specId } = await startedRun(owner.client);
    expect(await stream.text()).not.toContain(specId);
    expect((await member.client.call('GET', '/api/workers/events')).status).toBe(401);
  });
});

describe('a machine that falls silent without a word', () => {
  it('changes why a run waits for those who watch, at the time when it counts as offline', async () => {
    const dispatch = dispatchPort({ DISPATCH }, owner.organisationId);
    const flags = { sharing: 'organisation' as const, projectIds: [], paused: true, draining: false };
    const life = { wire: WIRE_VERSION, lifeId: 'life', endedLives: [], version: '1', slots: 1, found: [] };
    await dispatch.announce('box', 'box', life);
    const headers = { upgrade: 'websocket', 'x-specwright-runner-id': 'box' };
    const bell = await dispatch.fetch(new Request('http://object/doorbell', { headers }));
    bell.webSocket?.accept();
    await dispatch.setRunner('box', { name: 'box', ownerId: owner.userId, labels: [], ...flags });
    const page = await watch(owner.client);
    await startedRun(owner.client);
    await vi.waitFor(() => expect(page.titles()).toContain('box, is paused'));
    const at = await runInDurableObject(stub(), (_, ctx) => ctx.storage.getAlarm());
    expect((at ?? 0) - Date.now()).toBeGreaterThan(30_000);
    expect((at ?? 0) - Date.now()).toBeLessThan(66_000);
    await runInDurableObject(stub(), async (_, ctx) => {
      const { body } = ctx.storage.sql.exec<{ body: string }>('SELECT body FROM runners').one();
      ctx.storage.sql.exec('UPDATE runners SET body = ?', JSON.stringify({ ...JSON.parse(body), lastSeenAt: 1 }));
    });
    await age((kept) => ('openedAt' in kept ? { openedAt: 1 } : {}));
    page.heard.length = 0;
    expect(await runDurableObjectAlarm(stub())).toBe(true);
    await vi.waitFor(() => expect(page.titles()).toContain('No runner is online.'));
  });
});
