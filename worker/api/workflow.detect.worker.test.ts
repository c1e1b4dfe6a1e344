import type { RunView } from '@specwright/protocol/api.ts';
import type { ErrorBody } from '@specwright/protocol/error-code.ts';
import type { Detected, StartedOrchestration } from '@specwright/protocol/workflow-api.ts';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { AnsweringMachine, FOUND } from '../testing/answering-machine.ts';
import { type Client, invite, machineClient, migrate, signIn, signUp, signUpOwner } from '../testing/front-door.ts';
import { project } from '../testing/given.ts';
import { makeKey } from '../testing/machine-key.ts';

beforeAll(migrate);

let machine: AnsweringMachine | undefined;
afterEach(() => machine?.leave());

const detect = (client: Client, projectId: string, more: object = {}) =>
  client.call('POST', '/api/workflow/detect', { body: { projectId, ...more } });

it('tells what a machine that serves the repository found, and passes on where to look', async () => {
  machine = await AnsweringMachine.online(() => FOUND);
  const client = await signIn();
  const { id } = await project(client);
  const response = await detect(client, id, { folder: 'specs/001-a', batchSize: 7 });
  expect(response.status).toBe(200);
  const { kind: _, ...found } = FOUND;
  expect(await response.json<Detected>()).toEqual({ ...found, runnerName: expect.stringMatching(/^runner /) });
  const repository = { kind: 'path', path: '/somewhere', defaultBranch: null };
  expect(machine.asked).toEqual([{ id: expect.any(String), kind: 'phase', repository, folder: 'specs/001-a', batchSize: 7 }]);
});

it('without a machine that could look it says what to do', async () => {
  const { client } = await signUpOwner();
  const { id } = await project(client);
  const none = await detect(client, id);
  expect([none.status, await none.json<ErrorBody>()]).toEqual([
    503,
    expect.objectContaining({ code: 'NO_RUNNER', retryable: true, message: 'No machine is connected yet. Add one on the page Machines.' }),
  ]);
});

it('what the machine could not do is said in its words', async () => {
  machine = await AnsweringMachine.online(() => ({ kind: 'failed', code: 'CONFLICT', message: '/somewhere is not a git repository.' }));
  const client = await signIn();
  const { id } = await project(client);
  const refused = await detect(client, id);
  expect([refused.status, await refused.json<ErrorBody>()]).toEqual([
    409,
    expect.objectContaining({ code: 'CONFLICT', message: '/somewhere is not a git repository.' }),
  ]);
});

it('a machine that leaves before it answers is told at once, and its late answer goes nowhere', async () => {
  machine = await AnsweringMachine.online(() => {
    queueMicrotask(() => machine?.leave());
    return null;
  });
  const client = await signIn();
  const { id } = await project(client);
  const gone = await detect(client, id);
  expect([gone.status, (await gone.json<ErrorBody>()).message]).toEqual([503, expect.stringContaining('went offline before it answered')]);
  const late = await machine.client.call('POST', `/runner-api/errands/${machine.asked[0]?.id}`, { body: FOUND });
  expect(late.status).toBe(404);
});

it('a restricted project is not there for who was not chosen; a viewer who sees it may look', async () => {
  const owner = await signUpOwner();
  const key = await makeKey();
  const body = { name: 'box', publicKey: key.publicKey, sharing: 'organisation' };
  const { runnerId } = await owner.client.json<{ runnerId: string }>('POST', '/api/runners', { body });
  await owner.client.json('PATCH', `/api/runners/${runnerId}`, { body: { sharing: 'organisation' } });
  machine = await AnsweringMachine.online(() => FOUND, { repositories: null }, await machineClient(runnerId, key));
  const { id } = await project(owner.client);
  const viewer = await signUp('Vera', await invite(owner.client, 'viewer'));
  expect((await detect(viewer.client, id)).status).toBe(200);
  await owner.client.json('PUT', `/api/projects/${id}/members`, { body: { restricted: true, userIds: [] } });
  expect((await detect(viewer.client, id)).status).toBe(404);
  expect((await detect((await signUpOwner('Stranger')).client, id)).status).toBe(404);
  expect(machine.asked).toHaveLength(1);
});

it('files of living runs are no business of anybody; those of stopped ones can be resumed, others only closed', async () => {
  const client = await signIn();
  const { id: projectId } = await project(client);
  const { runId } = await client.json<StartedOrchestration>('POST', '/api/workflow/orchestrate', { body: { projectId } });
  const left = [runId, 'run_of_another_tool'].map((id) => ({ runId: id, status: 'running', updatedAt: 5, batches: { done: 1, total: 2 } }));
  machine = await AnsweringMachine.online(() => ({ ...FOUND, left }));
  const seen = async () => {
    const answer = await (await detect(client, projectId)).json<Detected>();
    return answer.left.map((file) => [file.runId, file.resumable]);
  };
  expect(await seen()).toEqual([['run_of_another_tool', false]]);
  await client.json('POST', '/api/workflow/orchestrate/cancel', { body: { runId }, status: 200 });
  expect(await seen()).toEqual([
    [runId, true],
    ['run_of_another_tool', false],
  ]);
});

it('a left file is closed by the machine that has it, or its run goes on; never beside a living one', async () => {
  const client = await signIn();
  const { id: projectId } = await project(client);
  const { runId } = await client.json<StartedOrchestration>('POST', '/api/workflow/orchestrate', { body: { projectId } });
  machine = await AnsweringMachine.online(({ kind, ...errand }) =>
    kind === 'mark_failed' && 'runId' in errand
      ? errand.runId === 'run_gone'
        ? { kind: 'failed', code: 'NOT_FOUND', message: 'There is no such file.' }
        : { kind: 'marked_failed', runId: errand.runId }
      : null,
  );
  const decide = async (id: string, decision: string) => {
    const answer = await client.call('POST', '/api/workflow/left', { body: { projectId, runId: id, decision } });
    const { code, status } = await answer.json<Record<string, string>>();
    return [answer.status, code ?? status];
  };
  expect(await decide(runId, 'mark_failed')).toEqual([409, 'RUN_ACTIVE']);
  await client.json('POST', '/api/workflow/orchestrate/cancel', { body: { runId }, status: 200 });
  expect(await decide('run_of_another_tool', 'resume')).toEqual([409, 'RUN_NOT_ACTIVE']);
  expect(await decide('run_of_another_tool', 'mark_failed')).toEqual([200, 'failed']);
  expect(await decide('run_gone', 'mark_failed')).toEqual([404, 'NOT_FOUND']);
  expect(await decide(runId, 'resume')).toEqual([200, 'queued']);
  expect(await decide(runId, 'resume')).toEqual([409, 'RUN_ACTIVE']);
  expect(machine.asked.map((errand) => errand.kind)).toEqual(['mark_failed', 'mark_failed']);
});

it('a command of the repository is an orchestration that is named after it', async () => {
  const client = await signIn();
  const { id: projectId } = await project(client);
  const body = { projectId, config: { command: 'review' } };
  const { runId } = await client.json<StartedOrchestration>('POST', '/api/workflow/orchestrate', { body });
  const { state } = await client.json<RunView>('GET', `/api/runs/${runId}`);
  expect(state).toMatchObject({
    specTitle: 'Run review',
    branch: expect.stringMatching(/^specwright\/run-review-/),
    phase: { config: { command: 'review' } },
  });
  expect((await client.call('POST', '/api/workflow/orchestrate', { body: { projectId } })).status).toBe(409);
});
