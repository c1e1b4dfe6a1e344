import type { StartedOrchestration } from '@specwright/protocol/workflow-api.ts';
import { beforeAll, expect, it } from 'vitest';
import { migrate, signIn } from '../testing/front-door.ts';
import { project } from '../testing/given.ts';

beforeAll(migrate);

it.each([
  ['a question that nobody asks is closed', { questionId: 'q1', answers: [['Yes']] }, 409, 'QUESTION_CLOSED'],
  ['answers without words are refused', { questionId: 'q1', answers: [['']] }, 400, 'BAD_REQUEST'],
  ['an answer needs its question', { answers: [['Yes']] }, 400, 'BAD_REQUEST'],
])('%s', async (_, body, status, code) => {
  const client = await signIn();
  const { id: projectId } = await project(client);
  await client.json<StartedOrchestration>('POST', '/api/workflow/orchestrate', { body: { projectId } });
  const answer = await client.call('POST', '/api/workflow/orchestrate/answer', { body: { projectId, ...body } });
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ code });
});

it('of an orchestration that is not there nothing can be answered', async () => {
  const client = await signIn();
  const { id: projectId } = await project(client);
  const body = { projectId, questionId: 'q1', answers: [['Yes']] };
  expect((await client.call('POST', '/api/workflow/orchestrate/answer', { body })).status).toBe(404);
});
