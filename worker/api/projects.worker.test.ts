import type { Page, Project } from '@specwright/protocol/api.ts';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Client, migrate, signIn } from '../testing/front-door.ts';
import { startedRun } from '../testing/given.ts';

const REPOSITORY = { kind: 'path', path: '/a folder/ünï', defaultBranch: null };
let owner: Client;
beforeAll(migrate);
beforeEach(async () => {
  owner = await signIn();
});

const create = (name = 'One') => owner.json<Project>('POST', '/api/projects', { body: { name, repository: REPOSITORY } });

describe('projects', () => {
  it('are created, read, renamed, given settings, archived and restored', async () => {
    const project = await create();
    expect(project).toMatchObject({ name: 'One', repository: REPOSITORY, archivedAt: null, specCounts: {} });
    const path = `/api/projects/${project.id}`;
    expect(await owner.json('PATCH', path, { body: { name: 'Two', settings: { maxIterations: 3 } } })).toMatchObject({
      name: 'Two',
      settings: { maxIterations: 3, executor: null },
    });
    expect(await owner.json('PATCH', path, { body: { settings: { executor: 'claude' } } })).toMatchObject({
      settings: { maxIterations: 3 },
    });
    const archived = await owner.json<Project>('PATCH', path, { body: { archived: true } });
    expect(archived.archivedAt).toBeGreaterThan(0);
    expect(await owner.json('POST', `${path}/specs`, { body: { title: 'S' }, status: 409 })).toMatchObject({ code: 'PROJECT_ARCHIVED' });
    expect(await owner.json('PATCH', path, { body: { archived: false } })).toMatchObject({ archivedAt: null });
  });

  it('are listed newest first, a page at a time, with their specs counted by status', async () => {
    const made = [await create('a'), await create('b'), await create('c')];
    await owner.json('POST', `/api/projects/${made[2]?.id}/specs`, { body: { title: 'S' } });
    const first = await owner.json<Page<Project>>('GET', '/api/projects?limit=2');
    expect(first.items.map((project) => project.name)).toEqual(['c', 'b']);
    expect(first.items[0]?.specCounts).toEqual({ draft: 1 });
    const second = await owner.json<Page<Project>>('GET', `/api/projects?limit=2&cursor=${first.nextCursor}`);
    expect(second.items[0]?.name).toBe('a');
  });

  it('are deleted with everything in them', async () => {
    const project = await create();
    const spec = await owner.json<{ id: string }>('POST', `/api/projects/${project.id}/specs`, { body: { title: 'S' } });
    await owner.json('DELETE', `/api/projects/${project.id}`, { status: 204 });
    await owner.json('GET', `/api/projects/${project.id}`, { status: 404 });
    await owner.json('GET', `/api/specs/${spec.id}`, { status: 404 });
  });

  it('are not deleted while a run is active, unless it is to stop', async () => {
    const { projectId, runId } = await startedRun(owner);
    expect(await owner.json('DELETE', `/api/projects/${projectId}`, { status: 409 })).toMatchObject({ code: 'RUN_ACTIVE' });
    await owner.json('DELETE', `/api/projects/${projectId}?stop=true`, { status: 204 });
    await owner.json('GET', `/api/runs/${runId}`, { status: 404 });
  });

  it('refuse a name or a repository that says nothing', async () => {
    const bad = await owner.json('POST', '/api/projects', { body: { name: ' ', repository: REPOSITORY }, status: 400 });
    expect(bad).toMatchObject({
      code: 'BAD_REQUEST',
      message: 'name: Give a name.',
      retryable: false,
      requestId: expect.stringMatching(/^req_/),
    });
    await owner.json('POST', '/api/projects', { body: { name: 'x', repository: { kind: 'path', path: '' } }, status: 400 });
  });
});
