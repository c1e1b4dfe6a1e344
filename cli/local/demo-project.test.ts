import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ApiClient } from '../client/api-client.ts';
import { locateDataDirectory } from './data-directory.ts';
import { makeDemoRepository, runDemo } from './demo-project.ts';

const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();

test('a demo repository that was cut off is begun anew, and a whole one is left as it is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'specwright-demo-'));
  mkdirSync(join(folder, 'project.new'));
  writeFileSync(join(folder, 'project.new', 'half.txt'), 'half');
  mkdirSync(join(folder, 'origin.git'));
  writeFileSync(join(folder, 'origin.git', 'HEAD'), 'ref: refs/heads/other\n');
  const path = makeDemoRepository(folder, { 'a/b.txt': 'b\n' });
  expect(git(path, 'ls-files')).toBe('a/b.txt');
  expect(git(path, 'status', '--porcelain')).toBe('');
  expect(git(path, 'rev-parse', 'origin/main')).toBe(git(path, 'rev-parse', 'HEAD'));
  const head = git(path, 'rev-parse', 'HEAD');
  expect(makeDemoRepository(folder, { 'a/b.txt': 'other\n' })).toBe(path);
  expect(git(path, 'rev-parse', 'HEAD')).toBe(head);
});

test('a start that dies after any of its calls leaves a demo that the next start goes on with: one project, one spec, one run', async () => {
  for (let dies = 0; dies < 6; dies++) {
    const data = locateDataDirectory(mkdtempSync(join(tmpdir(), 'specwright-demo-')));
    mkdirSync(data.demo);
    const server = madeUpServer();
    await runDemo(data, server.client(dies)).catch(() => {});
    expect(await runDemo(data, server.client())).toBe('run_1');
    expect([server.projects.length, server.specs.length, server.runs.length]).toEqual([1, 1, 1]);
    expect(existsSync(join(data.demo, 'made'))).toBe(true);
  }
});

/** Keeps what it is told. Its client's process dies after so many calls, which the server has carried out. */
function madeUpServer() {
  const [projects, specs, runs]: Record<string, unknown>[][] = [[], [], []];
  const add = (list: Record<string, unknown>[] = [], kind: string, its: object = {}) => {
    list.push({ id: `${kind}_${list.length + 1}`, ...its });
    return list.at(-1);
  };
  const answer = (method: string, path: string, body?: unknown): unknown => {
    if (method === 'GET' && path.startsWith('/api/projects?')) return { items: projects };
    if (method === 'GET' && path.endsWith('/specs')) return { items: specs };
    if (path === '/api/projects') return add(projects, 'prj', body as object);
    if (path.endsWith('/import')) return add(specs, 'spc');
    if (path.endsWith('/runs')) return { runId: (runs?.[0] ?? add(runs, 'run'))?.id, attached: false };
    throw new Error(`nothing answers ${method} ${path}`);
  };
  const client = (dies = Number.POSITIVE_INFINITY) => {
    let calls = 0;
    const call = async (method: string, path: string, body?: unknown) => {
      const said = answer(method, path, body);
      if (++calls > dies) throw new Error('died');
      return said;
    };
    const get = (path: string) => call('GET', path);
    return { url: '', credential: null, get, post: (path: string, body: unknown) => call('POST', path, body) } as unknown as ApiClient;
  };
  return { client, projects: projects ?? [], specs: specs ?? [], runs: runs ?? [] };
}
