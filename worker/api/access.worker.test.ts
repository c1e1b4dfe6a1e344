import type { ErrorBody } from '@specwright/protocol/error-code.ts';
import { ERROR_CODES } from '@specwright/protocol/error-code.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACCESS } from '../access.ts';
import { Client, migrate, nobody, ORIGIN, runnerClient, signIn, signInStranger, signInViewer } from '../testing/front-door.ts';
import { startedRun } from '../testing/given.ts';
import { app } from './app.ts';

/** The shared list of refusals: every route in the table must pass it. */
const routes = Object.entries(ACCESS).map(([route, access]) => {
  const [method = '', path = ''] = route.split(' ');
  return { route, method, path, access };
});
const forPeople = routes.filter(({ access }) => !['public', 'local', 'runner'].includes(access));
const changing = (method: string) => method !== 'GET';

let ids: Record<string, string>;
let people: { owner: Client; stranger: Client; viewer: Client; runner: Client };

beforeAll(async () => {
  await migrate();
  const owner = await signIn();
  const { projectId, specId, runId, chunkId } = await startedRun(owner);
  ids = { projectId, specId, runId, chunkId, hash: '0'.repeat(64) };
  people = { owner, stranger: await signInStranger(), viewer: await signInViewer(), runner: await runnerClient() };
});

const real = (path: string) => path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? 'missing').replace('*', 'get-session');

async function refusal(response: Response): Promise<ErrorBody> {
  const body = (await response.json()) as ErrorBody;
  expect(response.headers.get('x-request-id')).toBe(body.requestId);
  expect(body).toEqual({
    code: body.code,
    message: expect.any(String),
    requestId: expect.stringMatching(/^req_/),
    retryable: expect.any(Boolean),
  });
  expect(response.status).toBe(ERROR_CODES[body.code].status);
  return body;
}

describe('the table of access', () => {
  const handlers = app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`);

  it('names every route that there is, and no other', () => {
    expect([...new Set(handlers)].sort()).toEqual(Object.keys(ACCESS).sort());
  });

  it('lets nobody through to a route that is not in it', async () => {
    for (const [method, path] of [
      ['GET', '/api/nothing'],
      ['DELETE', '/api/runs'],
      ['POST', '/runner-api/x'],
    ] as const) {
      expect((await refusal(await people.owner.call(method, path))).code).toBe('NOT_FOUND');
    }
  });
});

describe('nobody', () => {
  it.each(routes.filter(({ access }) => access !== 'public'))('is sent away from $route', async ({ method, path }) => {
    expect((await refusal(await nobody.call(method, real(path), changing(method) ? { body: {} } : {}))).code).toBe('NOT_SIGNED_IN');
  });

  it('with a forged cookie or a forged header is nobody', async () => {
    const forged = new Client({
      origin: ORIGIN,
      cookie: 'specwright-8787.session_token=abc.def',
      'x-specwright-user-id': 'usr_1',
      'x-specwright-role': 'owner',
    });
    expect((await refusal(await forged.call('GET', '/api/me'))).code).toBe('NOT_SIGNED_IN');
  });
});

describe('a stranger from another organisation', () => {
  const named = forPeople.filter(({ path }) => path.includes(':'));
  it.each(named)('sees nothing at $route, like at one that does not exist', async ({ method, path }) => {
    const body = changing(method) ? validBody(path) : undefined;
    const headers = { 'if-match': '1' };
    const theirs = await refusal(await people.stranger.call(method, real(path), { body, headers }));
    const none = await refusal(
      await people.stranger.call(method, real(path).replaceAll(/_[0-9a-f]{32}/g, `_${'0'.repeat(32)}`), { body, headers }),
    );
    expect(theirs.code).toBe('NOT_FOUND');
    expect({ ...theirs, requestId: '' }).toEqual({ ...none, requestId: '' });
  });

  it.each(['/api/projects', '/api/runs', '/api/runners'])('gets an empty list at %s', async (path) => {
    expect(await people.stranger.json('GET', path)).toEqual({ items: [], nextCursor: null });
  });
});

describe('a viewer', () => {
  it.each(forPeople.filter(({ access }) => access !== 'viewer'))('may not call $route', async ({ method, path }) => {
    expect((await refusal(await people.viewer.call(method, real(path), { body: validBody(path) }))).code).toBe('FORBIDDEN');
  });
});

describe('a foreign page', () => {
  it.each(routes.filter(({ method, access }) => changing(method) && access !== 'local' && access !== 'runner'))(
    'cannot use a signed-in person’s cookie at $route',
    async ({ method, path }) => {
      for (const origin of ['http://evil.example', 'null', `${ORIGIN}0`]) {
        const response = await people.owner.call(method, real(path), { body: validBody(path), headers: { origin } });
        expect((await refusal(response)).code).toBe('ORIGIN_REFUSED');
      }
    },
  );
});

describe('a bad body', () => {
  const withBody = forPeople.filter(({ method, path }) => changing(method) && validBody(path) !== undefined && method !== 'DELETE');
  it.each(withBody)('is refused at $route', async ({ method, path }) => {
    expect((await refusal(await people.owner.call(method, real(path), { body: [1, 2, 3] }))).code).toBe('BAD_REQUEST');
    const broken = await people.owner.call(method, real(path), { headers: { 'content-type': 'application/json' }, raw: '{"a":' });
    expect((await refusal(broken)).code).toBe('BAD_REQUEST');
  });
});

describe('a runner', () => {
  it.each(forPeople)('may not call $route with its token', async ({ method, path }) => {
    expect((await refusal(await people.runner.call(method, real(path), changing(method) ? { body: {} } : {}))).code).toBe('NOT_SIGNED_IN');
  });
});

/** A body that the route's schema takes; undefined: it takes none. */
function validBody(path: string): unknown {
  const repository = { kind: 'path', path: '/x', defaultBranch: null };
  const bodies: Record<string, unknown> = {
    '/api/projects': { name: 'x', repository },
    '/api/projects/:projectId': { name: 'x' },
    '/api/projects/:projectId/specs': { title: 'x' },
    '/api/projects/:projectId/specs/import': { markdown: '# x' },
    '/api/specs/:specId': { title: 'x' },
    '/api/specs/:specId/chunks': { title: 'x' },
    '/api/specs/:specId/chunks/order': { chunkIds: ['x'] },
    '/api/chunks/:chunkId': { title: 'x' },
    '/api/specs/:specId/runs': {},
    '/api/specs/:specId/run-all': {},
    '/api/runs/:runId/limits': { maxCostMicros: null, maxTokens: null },
    '/api/local/sign-in': { token: 'x' },
  };
  return bodies[path];
}
