import type { Page, RunSummary } from '@specwright/protocol/api.ts';
import type { OrchestrationView, StartedOrchestration } from '@specwright/protocol/workflow-api.ts';
import { beforeAll, expect, it } from 'vitest';
import { migrate, signIn, signInStranger } from '../testing/front-door.ts';
import { project } from '../testing/given.ts';

beforeAll(migrate);

it('one orchestration a project: a second start answers which one is going; after a cancel another may begin', async () => {
  const client = await signIn();
  const { id: projectId } = await project(client);
  const { runId } = await client.json<StartedOrchestration>('POST', '/api/workflow/orchestrate', { body: { projectId } });
  const second = await client.call('POST', '/api/workflow/orchestrate', { body: { projectId } });
  expect(second.status).toBe(409);
  expect(second.headers.get('x-specwright-run-id')).toBe(runId);
  expect(await second.json()).toMatchObject({
    code: 'ORCHESTRATION_ACTIVE',
    message: expect.stringContaining('Orchestration already in progress'),
  });
  const view = await client.json<OrchestrationView>('GET', `/api/workflow/orchestrate/status?projectId=${projectId}`);
  expect(view).toMatchObject({ runId, status: 'Waiting', batches: { total: 0 }, maxCostMicros: 50_000_000 });
  await client.json('POST', '/api/workflow/orchestrate/cancel', { body: { runId }, status: 200 });
  const { runId: next } = await client.json<StartedOrchestration>('POST', '/api/workflow/orchestrate', { body: { projectId } });
  expect(next).not.toBe(runId);
  await client.json('POST', '/api/workflow/orchestrate/cancel', { body: { runId: next }, status: 200 });
  expect(await client.json('POST', '/api/workflow/orchestrate/resume', { body: { runId: next }, status: 200 })).toMatchObject({
    status: 'queued',
  });
});

it('the latest orchestration of each project is read in one call, by those who see the project', async () => {
  const [client, stranger] = [await signInStranger(), await signIn()];
  const [one, two] = [await project(client), await project(client)];
  const start = async (projectId: string) =>
    (await client.json<StartedOrchestration>('POST', '/api/workflow/orchestrate', { body: { projectId } })).runId;
  const first = await start(one.id);
  await client.json('POST', '/api/workflow/orchestrate/cancel', { body: { runId: first }, status: 200 });
  const latest = [await start(one.id), await start(two.id)];
  const of = async (who: typeof client) => (await who.json<Page<RunSummary>>('GET', '/api/runs?phases=latest')).items;
  expect((await of(client)).map(({ id }) => id).sort()).toEqual(latest.sort());
  const seen = (await of(stranger)).map(({ id }) => id);
  expect(latest.some((id) => seen.includes(id))).toBe(false);
});

it.each([
  ['heals above five', { maxHealAttempts: 6 }],
  ['a batch of none', { batchSizeFallback: 0 }],
  ['a folder outside', { folder: '../x' }],
  ['a budget of nothing', { budget: { maxTotal: 0 } }],
])('refuses %s', async (_, config) => {
  const client = await signIn();
  const { id: projectId } = await project(client);
  expect((await client.call('POST', '/api/workflow/orchestrate', { body: { projectId, config } })).status).toBe(400);
});

it('what cannot be merged, retried or is not there is refused', async () => {
  const client = await signIn();
  const { id: projectId } = await project(client);
  expect((await client.call('POST', '/api/workflow/orchestrate/merge', { body: { projectId } })).status).toBe(404);
  const { runId } = await client.json<StartedOrchestration>('POST', '/api/workflow/orchestrate', { body: { projectId } });
  expect((await client.call('POST', '/api/workflow/orchestrate/merge', { body: { runId } })).status).toBe(409);
  expect((await client.call('POST', '/api/workflow/orchestrate/retry', { body: { runId } })).status).toBe(409);
});
