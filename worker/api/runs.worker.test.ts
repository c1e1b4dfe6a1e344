import { env } from 'cloudflare:workers';
import type { Page, RunSummary, RunView, Spec, StartedRun } from '@specwright/protocol/api.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Client, local, migrate, signIn } from '../testing/front-door.ts';
import { specOf, startedRun } from '../testing/given.ts';

let owner: Client;
beforeAll(migrate);
beforeEach(async () => {
  owner = await signIn();
});

const view = (runId: string) => owner.json<RunView>('GET', `/api/runs/${runId}`);

async function complete(spec: Spec, ...keys: string[]) {
  const ids = spec.chunks.filter((chunk) => keys.includes(chunk.key)).map((chunk) => chunk.id);
  const { DB } = env as unknown as { DB: D1Database };
  for (const id of ids) await DB.prepare(`UPDATE chunks SET status = 'completed', summary = 'did it' WHERE id = ?`).bind(id).run();
}

describe('starting a run', () => {
  it('plans every chunk with its text, in a branch of its own', async () => {
    const spec = await specOf(owner, 'a', 'b: a');
    const { runId, attached } = await owner.json<StartedRun>('POST', `/api/specs/${spec.id}/runs`, {
      body: { maxIterations: 2, maxTokens: 1000 },
    });
    expect(attached).toBe(false);
    const { state } = await view(runId ?? '');
    expect(state).toMatchObject({ specId: spec.id, status: 'queued', settings: { maxIterations: 2, maxTokens: 1000 } });
    expect(state.branch).toBe(`specwright/a-spec-${runId?.slice(-8)}`);
    expect(state.items.map((item) => [item.key, item.selected, item.dependsOn])).toEqual([
      ['a', true, []],
      ['b', true, [spec.chunks[0]?.id]],
    ]);
    const piece = await owner.call('GET', `/api/runs/${runId}/pieces/${state.items[0]?.textPiece}`);
    expect(await piece.json()).toEqual({ description: '', acceptanceCriteria: ['a works'] });
    expect(piece.headers.get('content-type')).toContain('text/plain');
    await owner.json('GET', `/api/runs/${runId}/pieces/unknown`, { status: 404 });
  });

  it('twice at once makes one run; both see it', async () => {
    const spec = await specOf(owner, 'a');
    const press = async () => (await owner.call('POST', `/api/specs/${spec.id}/runs`)).json() as Promise<StartedRun>;
    const [first, second] = await Promise.all([press(), press()]);
    expect(second?.runId).toBe(first?.runId);
    expect([first?.attached, second?.attached].sort()).toEqual([false, true]);
  });

  it('with the same Idempotency-Key gets the first answer, also when the run has ended since', async () => {
    const spec = await specOf(owner, 'a');
    const press = () => owner.json<StartedRun>('POST', `/api/specs/${spec.id}/runs`, { headers: { 'idempotency-key': `k ${spec.id}` } });
    const first = await press();
    await owner.json('POST', `/api/runs/${first.runId}/stop`, { status: 200 });
    expect(await press()).toEqual(first);
    const other = await specOf(owner, 'a');
    await owner.json('POST', `/api/specs/${other.id}/runs`, { headers: { 'idempotency-key': `k ${spec.id}` }, status: 409 });
  });

  it('of an empty spec is refused, and a key is free again after a refusal', async () => {
    const spec = await specOf(owner);
    const press = (status: number) => owner.json('POST', `/api/specs/${spec.id}/runs`, { headers: { 'idempotency-key': spec.id }, status });
    expect(await press(422)).toMatchObject({ code: 'SPEC_EMPTY' });
    await owner.json('POST', `/api/specs/${spec.id}/chunks`, { body: { title: 'A' } });
    await press(201);
  });

  it('with everything done starts nothing', async () => {
    const spec = await specOf(owner, 'a');
    await complete(spec, 'a');
    expect(await owner.json('POST', `/api/specs/${spec.id}/runs`, { status: 200 })).toEqual({
      runId: null,
      attached: false,
      allComplete: true,
    });
  });

  it('of one chunk selects only that; open dependencies are named', async () => {
    const spec = await specOf(owner, 'a', 'b: a', 'c');
    const [, b] = spec.chunks;
    const refused = await owner.json('POST', `/api/specs/${spec.id}/runs`, { body: { chunkIds: [b?.id] }, status: 422 });
    expect(refused).toMatchObject({ code: 'DEPENDENCIES_OPEN', message: 'These must be completed first: a.' });
    await complete(spec, 'a');
    const { runId } = await owner.json<StartedRun>('POST', `/api/specs/${spec.id}/runs`, { body: { chunkIds: [b?.id] } });
    const { state } = await view(runId ?? '');
    expect(state.items.map((item) => [item.key, item.selected, item.status, item.summary])).toEqual([
      ['a', false, 'completed', 'did it'],
      ['b', true, 'pending', null],
      ['c', false, 'pending', null],
    ]);
    await owner.json('POST', `/api/specs/${spec.id}/runs`, { body: { chunkIds: ['chk_x'] }, status: 400 });
  });

  it('again after a stop opens the same run, with what was edited meanwhile', async () => {
    const { specId, runId, chunkId } = await startedRun(owner);
    await owner.json('POST', `/api/runs/${runId}/stop`, { status: 200 });
    await vi.waitFor(async () => expect((await owner.json<Spec>('GET', `/api/specs/${specId}`)).latestRun?.status).toBe('cancelled'));
    await owner.json('PATCH', `/api/chunks/${chunkId}`, { body: { title: 'Edited' } });
    await owner.json('POST', `/api/specs/${specId}/chunks`, { body: { key: 'new', title: 'New' } });
    expect(await owner.json('POST', `/api/specs/${specId}/runs`)).toEqual({ runId, attached: false, allComplete: false });
    const { state } = await view(runId);
    expect(state.items.map((item) => [item.title, item.selected])).toEqual([
      ['Edited', true],
      ['New', true],
    ]);
  });

  it('in an archived project is refused', async () => {
    const spec = await specOf(owner, 'a');
    await owner.json('PATCH', `/api/projects/${spec.projectId}`, { body: { archived: true } });
    expect(await owner.json('POST', `/api/specs/${spec.id}/runs`, { status: 409 })).toMatchObject({ code: 'PROJECT_ARCHIVED' });
  });
});

describe('a run', () => {
  it('is found in every list at once, and tells its log by range', async () => {
    const { specId, runId } = await startedRun(owner);
    for (const path of ['/api/runs', `/api/specs/${specId}/runs`]) {
      const { items } = await owner.json<Page<RunSummary>>('GET', path);
      expect(items[0]).toMatchObject({ id: runId, specTitle: 'A spec', startedBy: 'Local owner' });
    }
    const { items } = await owner.json<Page<StoredEvent>>('GET', `/api/runs/${runId}/events?limit=1`);
    expect(items).toMatchObject([{ seq: 1, kind: 'run_created' }]);
    const rest = await owner.json<Page<StoredEvent>>('GET', `/api/runs/${runId}/events?after=1`);
    expect(rest.items[0]?.seq).toBe(2);
    await owner.json('GET', `/api/runs/${runId}/events?limit=1001`, { status: 400 });
  });

  it('is paused, resumed, given other limits and stopped', async () => {
    const { runId } = await startedRun(owner);
    const tell = (order: string, body?: unknown) =>
      owner.json<{ status: string }>('POST', `/api/runs/${runId}/${order}`, { body, status: 200 });
    expect(['paused', 'pausing']).toContain((await tell('pause')).status);
    expect((await tell('resume')).status).toBe('queued');
    await tell('limits', { maxCostMicros: 5, maxTokens: null });
    expect((await view(runId)).state.settings.maxCostMicros).toBe(5);
    expect((await tell('stop')).status).toBe('cancelled');
    expect(await owner.json('POST', `/api/runs/${runId}/pause`, { status: 409 })).toMatchObject({ code: 'RUN_NOT_ACTIVE' });
  });

  it('takes the orders of run-all by its spec', async () => {
    const { specId, runId } = await startedRun(owner);
    const tell = (order: string) => owner.json<{ runId: string }>('POST', `/api/specs/${specId}/run-all/${order}`, { status: 200 });
    for (const order of ['pause', 'resume', 'abort']) expect((await tell(order)).runId).toBe(runId);
    expect((await view(runId)).state.status).toBe('cancelled');
  });

  it('skips a chunk on a person’s word, and refuses to retry what has not failed', async () => {
    const { runId, chunkId } = await startedRun(owner);
    expect(await owner.json('POST', `/api/runs/${runId}/chunks/${chunkId}/retry`, { status: 409 })).toMatchObject({
      code: 'CHUNK_NOT_FAILED',
    });
  });

  it('opens a socket for its page, and greets it', async () => {
    const { runId } = await startedRun(owner);
    const answer = await owner.call('GET', `/api/runs/${runId}/socket`, { headers: { upgrade: 'websocket' } });
    expect(answer.status).toBe(101);
    const socket = answer.webSocket;
    const greeting = new Promise((resolve) =>
      socket?.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data))), { once: true }),
    );
    socket?.accept();
    expect(await greeting).toMatchObject({ type: 'greeting', runId });
    await owner.json('GET', `/api/runs/${runId}/socket`, { status: 400 });
    const foreign = await owner.call('GET', `/api/runs/${runId}/socket`, {
      headers: { upgrade: 'websocket', origin: 'http://evil.example' },
    });
    expect(foreign.status).toBe(403);
  });

  it('is listed among those of its project and its spec, page by page', async () => {
    const [first, second] = [await startedRun(owner), await startedRun(owner)];
    const idsOf = async (address: string) => (await owner.json<Page<RunSummary>>('GET', address)).items.map((run) => run.id);
    expect(await idsOf('/api/runs?limit=2')).toEqual([second.runId, first.runId]);
    expect(await idsOf(`/api/runs?projectId=${first.projectId}`)).toEqual([first.runId]);
    expect(await idsOf(`/api/runs?specId=${second.specId}`)).toEqual([second.runId]);
    expect(await idsOf(`/api/runs?projectId=${first.projectId}&specId=${second.specId}`)).toEqual([]);
    const page = await owner.json<Page<RunSummary>>('GET', '/api/runs?limit=1');
    expect(await idsOf(`/api/runs?limit=1&cursor=${page.nextCursor}`)).toEqual([first.runId]);
  });

  it('is looked after by the sweep', async () => {
    await startedRun(owner);
    const swept = await local.json<{ runs: number; failed: number }>('POST', '/api/local/sweep', { status: 200 });
    expect(swept.runs).toBeGreaterThan(0);
    expect(swept.failed).toBe(0);
  });
});
