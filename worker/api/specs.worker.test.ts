import type { Chunk, Page, Spec, SpecSummary } from '@specwright/protocol/api.ts';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Client, migrate, signIn } from '../testing/front-door.ts';
import { project, specOf, startedRun } from '../testing/given.ts';

let owner: Client;
beforeAll(migrate);
beforeEach(async () => {
  owner = await signIn();
});

describe('a spec', () => {
  it('is a draft without chunks and ready with one', async () => {
    const spec = await specOf(owner);
    expect(spec).toMatchObject({ status: 'draft', version: 1, chunks: [], latestRun: null, chunkCount: 0 });
    await owner.json('POST', `/api/specs/${spec.id}/chunks`, { body: { title: 'Add a thing' } });
    expect(await owner.json<Spec>('GET', `/api/specs/${spec.id}`)).toMatchObject({ status: 'ready', chunks: [{ key: 'add-a-thing' }] });
  });

  it('is edited at the version that the person saw; another one is told', async () => {
    const spec = await specOf(owner);
    const path = `/api/specs/${spec.id}`;
    const saved = await owner.json<Spec>('PATCH', path, { body: { text: 'new' }, headers: { 'if-match': '"1"' } });
    expect(saved).toMatchObject({ text: 'new', version: 2, title: 'A spec' });
    const stale = await owner.json('PATCH', path, { body: { text: 'late' }, headers: { 'if-match': '1' }, status: 412 });
    expect(stale).toMatchObject({ code: 'EDIT_CONFLICT', message: expect.stringContaining('version 2') });
    await owner.json('PATCH', path, { body: { text: 'blind' }, status: 400 });
  });

  it('of two edits at once, takes one', async () => {
    const spec = await specOf(owner);
    const edit = (text: string) => owner.call('PATCH', `/api/specs/${spec.id}`, { body: { text }, headers: { 'if-match': '1' } });
    const answers = await Promise.all([edit('x'), edit('y')]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412]);
  });

  it('is listed with its counts, duplicated and deleted', async () => {
    const spec = await specOf(owner, 'a', 'b: a');
    const copy = await owner.json<Spec>('POST', `/api/specs/${spec.id}/duplicate`);
    expect(copy).toMatchObject({ title: 'A spec (copy)', text: 'Some text.', status: 'ready' });
    expect(copy.chunks.map((chunk) => [chunk.key, chunk.dependsOn.length])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    expect(copy.chunks[1]?.dependsOn).toEqual([copy.chunks[0]?.id]);
    const list = await owner.json<Page<SpecSummary>>('GET', `/api/projects/${spec.projectId}/specs`);
    expect(list.items.map((item) => [item.id, item.chunkCount])).toEqual([
      [copy.id, 2],
      [spec.id, 2],
    ]);
    await owner.json('DELETE', `/api/specs/${spec.id}`, { status: 204 });
    await owner.json('GET', `/api/specs/${spec.id}`, { status: 404 });
  });
});

describe('a SPEC.md file', () => {
  const markdown =
    '\uFEFF# Imported\r\n\r\ntext\r\n\r\n## Chunks\r\n### a: A\r\n\r\n* not canonical\r\n\r\n### b: B\r\nDepends on:   a\r\n';

  it('comes in, and goes out byte for byte until something is edited', async () => {
    const { id } = await project(owner);
    const spec = await owner.json<Spec>('POST', `/api/projects/${id}/specs/import`, { body: { markdown } });
    expect(spec).toMatchObject({ title: 'Imported', text: 'text', status: 'ready' });
    expect(spec.chunks[1]?.dependsOn).toEqual([spec.chunks[0]?.id]);
    const exported = await owner.call('GET', `/api/specs/${spec.id}/export`);
    expect(exported.headers.get('content-type')).toContain('text/markdown');
    expect(new Uint8Array(await exported.arrayBuffer())).toEqual(new TextEncoder().encode(markdown));
    await owner.json('PATCH', `/api/chunks/${spec.chunks[0]?.id}`, { body: { title: 'Better' } });
    const edited = await (await owner.call('GET', `/api/specs/${spec.id}/export`)).text();
    expect(edited).toBe('# Imported\n\ntext\n\n## Chunks\n\n### a: Better\n\n* not canonical\n\n### b: B\n\nDepends on: a\n');
  });

  it('of 300 chunks comes in and goes out', async () => {
    const chunks = Array.from({ length: 300 }, (_, i) => `### c${i}: Chunk ${i}\n${i > 0 ? `\nDepends on: c${i - 1}\n` : ''}`).join('\n');
    const { id } = await project(owner);
    const spec = await owner.json<Spec>('POST', `/api/projects/${id}/specs/import`, {
      body: { markdown: `# Big\n\n## Chunks\n\n${chunks}` },
    });
    expect(spec.chunkCount).toBe(300);
    expect(spec.chunks[299]?.dependsOn).toEqual([spec.chunks[298]?.id]);
  });

  it('that is wrong is refused with its lines', async () => {
    const { id } = await project(owner);
    const wrong = '# T\n## Chunks\n### a: A\nDepends on: b\n### b: B\nDepends on: a\n';
    const answer = await owner.json('POST', `/api/projects/${id}/specs/import`, { body: { markdown: wrong }, status: 422 });
    expect(answer).toMatchObject({ code: 'SPEC_INVALID', message: 'Line 4: The dependencies go round in a circle: a → b → a.' });
  });

  it('may be a task file: a chunk for each open task, with what it waits for; one with nothing open is refused', async () => {
    const { id } = await project(owner);
    const importAs = (markdown: string, status: number) =>
      owner.json<Spec>('POST', `/api/projects/${id}/specs/import`, { body: { markdown, as: 'tasks' }, status });
    const tasks = '# Tasks: Shop\n\n## Setup\n\n- [x] T001 done\n- [ ] T002 one\n- [ ] T003 two (depends on T002)\n';
    const { title, chunks } = await importAs(tasks, 201);
    expect([title, chunks.map(({ key, dependsOn }) => [key, dependsOn.length])]).toEqual([
      'Shop',
      [
        ['T002', 0],
        ['T003', 1],
      ],
    ]);
    expect(await importAs('# T\n\n- [x] T001 done\n', 422)).toMatchObject({ message: 'Line 1: Every task of this file is done.' });
    expect(await importAs('> - [ ] T001 quoted\n', 422)).toMatchObject({ message: expect.stringContaining('left out (block quote)') });
    expect(await importAs('# A spec\n', 422)).toMatchObject({ code: 'SPEC_INVALID' });
  });

  it('may be larger than other bodies, and has its own limit', async () => {
    const { id } = await project(owner);
    const large = `# T\n\n${'ü'.repeat(199_000)}`;
    await owner.json('POST', `/api/projects/${id}/specs/import`, { body: { markdown: large } });
    await owner.json('POST', `/api/projects/${id}/specs/import`, { body: { markdown: 'x'.repeat(7_000_000) }, status: 413 });
    await owner.json('POST', '/api/projects', { body: { name: 'x'.repeat(1_100_000) }, status: 413 });
  });
});

describe('chunks', () => {
  it('are edited, ordered and listed', async () => {
    const spec = await specOf(owner, 'a', 'b', 'c');
    const [a, b, c] = spec.chunks.map((chunk) => chunk.id);
    const ordered = await owner.json<Page<Chunk>>('PUT', `/api/specs/${spec.id}/chunks/order`, { body: { chunkIds: [c, a, b] } });
    expect(ordered.items.map((chunk) => chunk.key)).toEqual(['c', 'a', 'b']);
    await owner.json('PUT', `/api/specs/${spec.id}/chunks/order`, { body: { chunkIds: [c, a] }, status: 409 });
    const edited = await owner.json<Chunk>('PATCH', `/api/chunks/${a}`, {
      body: { description: 'how', dependsOn: [b], status: 'skipped' },
    });
    expect(edited).toMatchObject({ description: 'how', dependsOn: [b], status: 'skipped', key: 'a' });
    const list = await owner.json<Page<Chunk>>('GET', `/api/specs/${spec.id}/chunks`);
    expect(list.items[1]).toEqual(edited);
  });

  it('refuse a circle and name it', async () => {
    const spec = await specOf(owner, 'a', 'b: a', 'c: b');
    const [a, , c] = spec.chunks.map((chunk) => chunk.id);
    const answer = await owner.json('PATCH', `/api/chunks/${a}`, { body: { dependsOn: [c] }, status: 422 });
    expect(answer).toMatchObject({ code: 'DEPENDENCY_CYCLE', message: expect.stringMatching(/a → c → b → a|b → a → c → b|c → b → a → c/) });
  });

  it('refuse a key that is taken and a dependency that is not of this spec', async () => {
    const [spec, other] = [await specOf(owner, 'a'), await specOf(owner, 'x')];
    const path = `/api/specs/${spec.id}/chunks`;
    expect(await owner.json('POST', path, { body: { key: 'a', title: 'A' }, status: 409 })).toMatchObject({ code: 'CONFLICT' });
    await owner.json('POST', path, { body: { title: 'B', dependsOn: [other.chunks[0]?.id] }, status: 400 });
  });

  it('that others need are deleted only with those dependencies', async () => {
    const spec = await specOf(owner, 'a', 'b: a');
    const path = `/api/chunks/${spec.chunks[0]?.id}`;
    expect(await owner.json('DELETE', path, { status: 409 })).toMatchObject({ message: expect.stringContaining('depend on a: b') });
    await owner.json('DELETE', `${path}?detach=true`, { status: 204 });
    expect((await owner.json<Spec>('GET', `/api/specs/${spec.id}`)).chunks).toMatchObject([{ key: 'b', dependsOn: [] }]);
  });

  it('of an active run are edited while they wait, but neither deleted nor given a status', async () => {
    const { chunkId } = await startedRun(owner);
    expect(await owner.json('PATCH', `/api/chunks/${chunkId}`, { body: { title: 'Later' } })).toMatchObject({ title: 'Later' });
    expect(await owner.json('PATCH', `/api/chunks/${chunkId}`, { body: { status: 'skipped' }, status: 409 })).toMatchObject({
      code: 'RUN_ACTIVE',
    });
    expect(await owner.json('DELETE', `/api/chunks/${chunkId}`, { status: 409 })).toMatchObject({ code: 'RUN_ACTIVE' });
  });
});
