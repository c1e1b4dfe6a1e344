import type { Spec } from '@specwright/protocol/api.ts';
import type { QueuePage, StartedWorker, WorkerEvent, WorkerInfo, WorkersPage } from '@specwright/protocol/workers-api.ts';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Client, migrate, signIn, signInStranger, signInViewer } from '../testing/front-door.ts';
import { project } from '../testing/given.ts';
import { ScriptedRunner } from '../testing/scripted-runner.ts';

/** News of runs travel at most once a second. */
const PATIENCE = { timeout: 10_000 };

let owner: Client;
beforeAll(migrate);
beforeEach(async () => {
  owner = await signIn();
});

/** A project with so many specs of one chunk each. */
async function specsOf(count: number): Promise<{ projectId: string; specIds: string[] }> {
  const { id: projectId } = await project(owner);
  const specIds: string[] = [];
  for (let n = 1; n <= count; n++) {
    const spec = await owner.json<Spec>('POST', `/api/projects/${projectId}/specs`, { body: { title: `Spec ${n}`, text: '' } });
    await owner.json('POST', `/api/specs/${spec.id}/chunks`, { body: { key: 'a', title: 'A', acceptanceCriteria: ['it works'] } });
    specIds.push(spec.id);
  }
  return { projectId, specIds };
}

const add = (specId: string | undefined, more: object = {}) =>
  owner.json<StartedWorker>('POST', '/api/queue', { body: { specId, ...more } });
const queueOf = async (projectId: string) => (await owner.json<QueuePage>('GET', `/api/queue?projectId=${projectId}`)).items;
const workersOf = (projectId: string) => owner.json<WorkersPage>('GET', `/api/workers?projectId=${projectId}`);
const titles = async (projectId: string) => (await queueOf(projectId)).map((item) => item.specTitle);

describe('the queue', () => {
  it('holds what waits, in order: by hand, by priority, by time; each with a sentence why', async () => {
    const { projectId, specIds } = await specsOf(4);
    const ids: string[] = [];
    for (const [at, specId] of specIds.entries()) ids.push((await add(specId, { priority: at === 2 ? 5 : 0 })).id ?? '');
    expect(await titles(projectId)).toEqual(['Spec 3', 'Spec 1', 'Spec 2', 'Spec 4']);
    const moved = await owner.json<QueuePage>('POST', '/api/queue/reorder', { body: { id: ids[3], before: ids[2] }, status: 200 });
    expect(moved.items.map((item) => item.specTitle)).toEqual(['Spec 4', 'Spec 3', 'Spec 1', 'Spec 2']);
    expect(moved.items[0]).toMatchObject({ position: 1, moved: true, addedBy: { name: 'Local owner' }, projectId });
    expect(moved.items.map((item) => item.moved)).toEqual([true, false, false, false]);
    expect(moved.items[0]?.wait.message).toMatch(/\.$/);
    await owner.json('PATCH', `/api/queue/${ids[1]}`, { body: { priority: 9 }, status: 204 });
    expect(await titles(projectId)).toEqual(['Spec 4', 'Spec 2', 'Spec 3', 'Spec 1']);
  });

  it('loses what is removed: its run is stopped, and the spec can be queued again', async () => {
    const { projectId, specIds } = await specsOf(1);
    const { id, queued } = await add(specIds[0]);
    expect(queued).toMatchObject({ id, position: 1, specTitle: 'Spec 1' });
    await owner.json('DELETE', `/api/queue/${id}`, { status: 204 });
    await vi.waitFor(async () => expect(await queueOf(projectId)).toEqual([]), PATIENCE);
    await vi.waitFor(async () => expect((await owner.json<WorkerInfo>('GET', `/api/workers/${id}`)).runStatus).toBe('cancelled'), PATIENCE);
    await owner.json('DELETE', `/api/queue/${id}`, { status: 404 });
    expect((await add(specIds[0])).id).toBe(id);
  });

  it('refuses entries of two projects, and hides what is not there', async () => {
    const [one, two] = [await specsOf(1), await specsOf(1)];
    const [a, b] = [await add(one.specIds[0]), await add(two.specIds[0])];
    await owner.json('POST', '/api/queue/reorder', { body: { id: a.id, after: b.id }, status: 409 });
    await owner.json('POST', '/api/queue/reorder', { body: { id: a.id, after: 'run_x' }, status: 404 });
    await owner.json('POST', '/api/queue/reorder', { body: { id: a.id }, status: 400 });
    await owner.json('POST', '/api/workers', { body: { specId: 'spc_x' }, status: 404 });
  });

  it('of a paused project begins nothing, and says who paused it', async () => {
    const { projectId, specIds } = await specsOf(1);
    await add(specIds[0]);
    await owner.json('POST', '/api/queue/pause', { body: { projectId }, status: 200 });
    expect((await queueOf(projectId))[0]?.wait).toMatchObject({ code: 'paused_project', message: 'Its project is paused by Local owner.' });
    expect((await workersOf(projectId)).projects[0]?.paused?.by?.name).toBe('Local owner');
    const resumed = await owner.json('POST', '/api/queue/resume', { body: { projectId }, status: 200 });
    expect(resumed).toMatchObject({ projectId, paused: null });
  });
});

describe('workers', () => {
  it('take slots up to the project’s limit; the next start warns and waits, and begins when one is done', async () => {
    const { projectId, specIds } = await specsOf(2);
    await owner.json('PATCH', `/api/projects/${projectId}`, { body: { settings: { maxActive: 1 } } });
    const first = await owner.json<StartedWorker>('POST', '/api/workers', { body: { specId: specIds[0] } });
    expect(first.warning).toBeNull();
    const runner = await ScriptedRunner.announced();
    await vi.waitFor(async () => {
      const need = await runner.pull();
      expect(need).not.toBeNull();
      if (need?.runId !== first.id) await runner.ack(need?.leaseId ?? '');
      expect(need?.runId).toBe(first.id);
    }, PATIENCE);
    expect(await workersOf(projectId)).toMatchObject({
      active: 1,
      max: 1,
      items: [{ id: first.id, holdsSlot: true, specTitle: 'Spec 1' }],
    });
    const second = await owner.json<StartedWorker>('POST', '/api/workers', { body: { specId: specIds[1] } });
    expect(second.warning).toBe('All worker slots in use (1/1). New specs will be queued.');
    await vi.waitFor(async () => {
      expect((await queueOf(projectId))[0]?.wait.message).toBe('Waiting for a slot: the project’s one is in use.');
    }, PATIENCE);
    await runner.work(first.id ?? '');
    await (await ScriptedRunner.announced()).workOff(second.id ?? '');
    await vi.waitFor(
      async () => expect((await owner.json<WorkerInfo>('GET', `/api/workers/${second.id}`)).status).toBe('completed'),
      PATIENCE,
    );
    expect(await workersOf(projectId)).toMatchObject({ active: 0, items: [], warning: null });
  });

  it('are paused, resumed and stopped, one or all', async () => {
    const { projectId, specIds } = await specsOf(1);
    const { id } = await add(specIds[0]);
    await owner.json('POST', `/api/workers/${id}/pause`, { status: 200 });
    await vi.waitFor(
      async () => expect((await workersOf(projectId)).items[0]).toMatchObject({ id, status: 'paused', holdsSlot: false }),
      PATIENCE,
    );
    await owner.json('POST', `/api/workers/${id}/resume`, { status: 200 });
    await vi.waitFor(async () => expect(await titles(projectId)).toEqual(['Spec 1']), PATIENCE);
    const { startedBy } = await owner.json<WorkerInfo>('GET', `/api/workers/${id}`);
    await owner.json('DELETE', `/api/workers/${id}`, { status: 200 });
    await vi.waitFor(async () => expect(await queueOf(projectId)).toEqual([]), PATIENCE);
    expect(await owner.json('GET', `/api/workers/${id}`)).toMatchObject({ status: 'failed', startedBy, error: { code: 'STOPPED' } });
    expect(await owner.json('POST', '/api/workers/stop-all', { body: { projectId }, status: 200 })).toEqual({ told: 0, refused: 0 });
  });

  it('of a deleted project are gone, and so is its queue', async () => {
    const { projectId, specIds } = await specsOf(2);
    for (const specId of specIds) await add(specId);
    await owner.json('DELETE', `/api/projects/${projectId}?stop=true`, { status: 204 });
    expect(await queueOf(projectId)).toEqual([]);
    const { projects } = await owner.json<WorkersPage>('GET', '/api/workers');
    expect(projects.some((one) => one.projectId === projectId)).toBe(false);
  });

  it('of a restricted project are seen by those alone who see it; strangers see none', async () => {
    const { projectId, specIds } = await specsOf(1);
    const { id } = await add(specIds[0]);
    await owner.json('PUT', `/api/projects/${projectId}/members`, { body: { restricted: true, userIds: [] } });
    for (const other of [await signInViewer(), await signInStranger()]) {
      const all = JSON.stringify([await other.json('GET', '/api/workers'), await other.json('GET', '/api/queue')]);
      expect(all).not.toContain(projectId);
      await other.json('GET', `/api/workers/${id}`, { status: 404 });
    }
    await (await signInStranger()).json('DELETE', `/api/queue/${id}`, { status: 404 });
    await (await signInViewer()).json('POST', '/api/workers/stop-all', { body: {}, status: 403 });
  });
});

describe('the feed', () => {
  it('tells everyone of a change with who did it; a restricted project is told to nobody else', async () => {
    const { projectId, specIds } = await specsOf(2);
    const [mine, theirs] = [await watch(owner), await watch(await signInViewer())];
    const first = await add(specIds[0]);
    const second = await add(specIds[1]);
    await mine.until(({ event, data }) => event === 'queue_updated' && data.projectId === projectId && data.items.length === 2);
    await owner.json('POST', '/api/queue/reorder', { body: { id: second.id, before: first.id }, status: 200 });
    const told = await theirs.until(({ event, data }) => event === 'queue_updated' && data.projectId === projectId && data.by !== null);
    expect(told).toMatchObject({
      data: { by: { actor: { name: 'Local owner' }, did: 'reorder' }, items: [{ id: second.id }, { id: first.id }] },
    });
    await owner.json('PUT', `/api/projects/${projectId}/members`, { body: { restricted: true, userIds: [] } });
    await vi.waitFor(async () => {
      theirs.heard.length = 0;
      await owner.json('PATCH', `/api/queue/${first.id}`, { body: { priority: Math.floor(Math.random() * 100) }, status: 204 });
      await mine.until(({ data }) => data.projectId === projectId);
      expect(theirs.heard.filter(({ data }) => data.projectId === projectId)).toEqual([]);
    }, PATIENCE);
  });

  it('says who paused a worker; those who only count hear nothing of it, and no entries', async () => {
    const { projectId, specIds } = await specsOf(1);
    const [whole, counts] = [await watch(owner), await watch(owner, '?counts=true')];
    const { id } = await add(specIds[0]);
    await owner.json('POST', `/api/workers/${id}/pause`, { status: 200 });
    const isPause = ({ data }: { data: object }) => 'by' in data && (data.by as { did?: string } | null)?.did === 'pause';
    const told = await whole.until(isPause);
    expect(told).toMatchObject({ event: 'worker_progress', data: { id, by: { actor: { name: 'Local owner' }, runId: id } } });
    await owner.json('POST', '/api/queue/pause', { body: { projectId }, status: 200 });
    const last = await counts.until(({ data }) => data.projectId === projectId && data.paused !== null);
    expect(last).toMatchObject({ event: 'queue_updated', data: { items: [] } });
    expect(counts.all.every(({ event, data }) => event === 'queue_updated' && data.items.length === 0)).toBe(true);
  });

  it('is a stream of server-sent events, which goes on after Last-Event-ID', async () => {
    const { specIds } = await specsOf(1);
    const { id } = await add(specIds[0]);
    const runner = await ScriptedRunner.announced();
    await runner.workOff(id ?? '');
    await vi.waitFor(async () => expect((await owner.json<WorkerInfo>('GET', `/api/workers/${id}`)).status).toBe('completed'), PATIENCE);
    const stream = await owner.call('GET', '/api/workers/events', { headers: { 'last-event-id': '0' } });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const text = await readUntil(stream, (all) => all.includes('event: worker_completed') && all.includes(id ?? 'none'));
    expect(text).toMatch(/id: \d+\nevent: worker_started\ndata: \{/);
  });
});

async function readUntil(response: Response, enough: (text: string) => boolean): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!enough(text)) {
    const { value, done } = (await reader?.read()) ?? { done: true, value: '' };
    if (done) throw new Error(`the stream ended: ${text}`);
    text += value;
  }
  await reader?.cancel();
  return text;
}

async function watch(client: Client, query = '') {
  const { webSocket } = await client.call('GET', `/api/workers/socket${query}`, { headers: { upgrade: 'websocket' } });
  if (!webSocket) throw new Error('no socket');
  const heard: WorkerEvent[] = [];
  const all: WorkerEvent[] = [];
  let wake = () => {};
  webSocket.addEventListener('message', ({ data }) => {
    heard.push(JSON.parse(String(data)));
    all.push(JSON.parse(String(data)));
    wake();
  });
  webSocket.accept();
  return {
    heard,
    all,
    async until(fits: (event: Extract<WorkerEvent, { event: 'queue_updated' }>) => boolean): Promise<WorkerEvent> {
      for (;;) {
        const next = heard.shift() as Extract<WorkerEvent, { event: 'queue_updated' }> | undefined;
        if (next && fits(next)) return next;
        if (!next) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}
