import { env } from 'cloudflare:workers';
import type { Spec } from '@specwright/protocol/api.ts';
import type { TaskFileFound } from '@specwright/protocol/errand.ts';
import type { ErrorBody } from '@specwright/protocol/error-code.ts';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { AnsweringMachine } from '../testing/answering-machine.ts';
import { type Client, migrate, signIn, signUpOwner } from '../testing/front-door.ts';
import { project } from '../testing/given.ts';

beforeAll(migrate);

let machine: AnsweringMachine | undefined;
afterEach(() => machine?.leave());

const TASKS =
  '# Tasks\r\n\r\n## Core\r\n\r\n- [x] T001 a\r\n- [ ] T002 [P] b\r\n- [ ] T003 c (depends on T002)\r\n\r\n## Notes\r\n\r\nTests first.\r\n';
const FOUND: TaskFileFound = {
  ...{ kind: 'task_file', path: 'specs/001-shop/tasks.md', text: TASKS },
  beside: [
    { name: 'spec.md', text: '# Feature Specification: Shop\r\n\r\nSells doors.\r\n' },
    { name: 'plan.md', text: '# Plan' },
  ],
};

const importTasks = (client: Client, projectId: string) =>
  client.call('POST', `/api/projects/${projectId}/specs/import-tasks`, { body: { path: 'specs/001-shop/tasks.md' } });
const tasksOf = async (client: Client, specId: string) => {
  const exported = await client.call('GET', `/api/specs/${specId}/export?format=tasks`);
  expect(exported.headers.get('content-disposition')).toContain('tasks.md');
  return exported.text();
};

it('a task file of the repository becomes a spec with the text that stands beside it, and goes back as the same bytes', async () => {
  machine = await AnsweringMachine.online(() => FOUND);
  const client = await signIn();
  const { id } = await project(client);
  const answer = await importTasks(client, id);
  expect(answer.status).toBe(201);
  const spec = await answer.json<Spec>();
  expect(spec).toMatchObject({
    title: 'Shop',
    status: 'ready',
    text: '# Feature Specification: Shop\n\nSells doors.\n\n## Notes\n\nTests first.',
  });
  const [first, second] = spec.chunks;
  expect(spec.chunks.map(({ key, title, description }) => [key, title, description])).toEqual([
    ['T002', 'b', 'Section: Core\nTags: P'],
    ['T003', 'c (depends on T002)', 'Section: Core'],
  ]);
  expect(second?.dependsOn).toEqual([first?.id]);
  expect(await tasksOf(client, spec.id)).toBe(TASKS);
  expect(machine.asked).toMatchObject([{ kind: 'task_file', path: 'specs/001-shop/tasks.md' }]);
  const { DB } = env as unknown as { DB: D1Database };
  await DB.prepare(`UPDATE chunks SET status = 'completed' WHERE id = ?`).bind(first?.id).run();
  await client.json('PATCH', `/api/chunks/${second?.id}`, { body: { title: 'd (depends on T002)' } });
  const since = TASKS.replace('[ ] T002', '[x] T002').replace('T003 c', 'T003 d');
  expect(await tasksOf(client, spec.id)).toBe(since);
  const copy = await client.json<Spec>('POST', `/api/specs/${spec.id}/duplicate`);
  expect(await tasksOf(client, copy.id)).toBe(TASKS.replace('T003 c', 'T003 d'));
  const markdown = await (await client.call('GET', `/api/specs/${spec.id}/export`)).text();
  expect(markdown).toContain('### T002: b');
});

it('what is not there, or has nothing open, is refused with the reason; without a machine it says what to do', async () => {
  const { client: lonely } = await signUpOwner();
  const none = await importTasks(lonely, (await project(lonely)).id);
  expect([none.status, (await none.json<ErrorBody>()).code]).toEqual([503, 'NO_RUNNER']);
  const client = await signIn();
  const { id } = await project(client);
  machine = await AnsweringMachine.online(({ kind }) =>
    kind === 'task_file' ? { kind: 'failed', code: 'NOT_FOUND', message: 'x is not there.' } : null,
  );
  const absent = await importTasks(client, id);
  expect([absent.status, (await absent.json<ErrorBody>()).message]).toEqual([404, 'x is not there.']);
  machine.leave();
  machine = await AnsweringMachine.online(() => ({ ...FOUND, text: '- [x] T001 a\n' }));
  const done = await importTasks(client, id);
  expect([done.status, (await done.json<ErrorBody>()).message]).toEqual([422, 'Line 1: Every task of this file is done.']);
});

it('a phase that has no tasks yet is a spec of its text', async () => {
  machine = await AnsweringMachine.online(() => ({ ...FOUND, text: '' }));
  const client = await signIn();
  const spec = await (await importTasks(client, (await project(client)).id)).json<Spec>();
  expect(spec).toMatchObject({ title: 'Shop', text: '# Feature Specification: Shop\n\nSells doors.', status: 'draft', chunks: [] });
  expect(await tasksOf(client, spec.id)).toBe('# Tasks: Shop\n');
});

it('pasted text is taken for what it is; a spec of its own is written as tasks', async () => {
  const client = await signIn();
  const { id } = await project(client);
  const paste = (markdown: string, as?: string) =>
    client.json<Spec>('POST', `/api/projects/${id}/specs/import`, { body: { markdown, ...(as && { as }) } });
  const tasks = await paste('# Tasks: Shop\n\n- [ ] T001 a\n');
  expect([tasks.title, tasks.chunks.map(({ key }) => key)]).toEqual(['Shop', ['T001']]);
  expect(await tasksOf(client, tasks.id)).toBe('# Tasks: Shop\n\n- [ ] T001 a\n');
  expect((await paste('# Tasks: Shop\n\n- [ ] T001 a\n', 'spec')).chunks).toEqual([]);
  const spec = await paste('# S\n\n## Chunks\n\n### a: A\n\nDo it.\n\nAcceptance criteria:\n\n- it works\n');
  expect(await tasksOf(client, spec.id)).toBe('# Tasks: S\n\n## Tasks\n\n### T001: A\n\nDo it.\n\n- [ ] it works\n');
  expect((await client.call('GET', `/api/specs/${spec.id}/export?format=pdf`)).status).toBe(400);
});
