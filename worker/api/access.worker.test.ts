import { createExecutionContext } from 'cloudflare:test';
import { ERROR_CODES, type ErrorBody } from '@specwright/protocol/error-code.ts';
import { Hono } from 'hono';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ACCESS, isRole, mayCall, type Rule, seesAll } from '../access.ts';
import type { App } from '../door/app-types.ts';
import { answerError } from '../door/error.ts';
import { guard, trace } from '../door/guard.ts';
import { type Cast, castOf, type Ids, type Player } from '../testing/cast.ts';
import { Client, changedEnv, migrate, ORIGIN, testEnv } from '../testing/front-door.ts';
import { validBody } from '../testing/valid-body.ts';
import { app } from './app.ts';

/**
 * The matrix: every route and socket × everybody who may call. What each cell must answer follows from the table alone.
 * The guard is asked with every route behind it that the table has, each answering REACHED; what it refuses is asked of the
 * real routes as well, and so is every read that it lets through.
 */
const routes = Object.entries(ACCESS).map(([route, rule]) => {
  const [method = '', path = ''] = route.split(' ');
  return { route, method, path, rule };
});
const REACHED = 299;
const changing = (method: string) => method !== 'GET';
const isSocket = (path: string) => /\/(socket|doorbell)$/.test(path);
const RESOURCES = /:(projectId|specId|chunkId|runId|runnerId)/;
const namesOne = ({ path, rule }: { path: string; rule: Rule }) => isRole(rule.who) && RESOURCES.test(path);

let cast: Cast;
beforeAll(async () => {
  // Many calls in a moment are the point here; what is counted is tested beside (limits.worker.test.ts).
  Object.assign(changedEnv, { INVITE_LIMIT: undefined, SIGN_IN_LIMIT: undefined, PERSON_LIMIT: undefined, ADDRESS_LIMIT: undefined });
  // A line a call: thousands of them.
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await migrate();
  cast = await castOf();
}, 60_000);

const probe = new Hono<App>();
probe.onError(answerError);
probe.use(trace);
probe.use(guard);
for (const { method, path } of routes) {
  probe.on(method, path, (c) => c.json({ role: c.get('caller')?.role ?? null }, REACHED as never));
}

const at = (path: string, ids: Ids) => path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? 'missing');
const absentIds = (ids: Ids): Ids =>
  Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, id.replace(/[0-9a-f]{20}$/, '0'.repeat(20))]));

async function ask(door: Hono<App>, { client }: Player, method: string, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { 'if-match': '1', ...(isSocket(path) ? { upgrade: 'websocket' } : {}) };
  return door.fetch(client.request(method, path, { body, headers }), await testEnv(), createExecutionContext());
}

/** What the table says of one cell. `sees`: the caller may know of what the path names. */
function expected(rule: Rule, path: string, player: Player, sees: boolean): number {
  if (rule.who === 'public') return REACHED;
  if (rule.who === 'runner') return player.is === 'runner' ? REACHED : 401;
  // Nobody here has been given a job.
  if (rule.who === 'job') return 401;
  if (player.is === 'nobody' || player.is === 'runner') return 401;
  if (rule.who === 'local') return player.is === 'local' ? REACHED : 401;
  const lacksScope = player.scopes !== null && (rule.scope === null || !player.scopes.includes(rule.scope));
  if (rule.who === 'person') return lacksScope ? 403 : REACHED;
  if (!player.belongs) return 403;
  if (RESOURCES.test(path) && !sees) return 404;
  // Who is not of this organisation is an owner in their own.
  return lacksScope || !isRole(rule.who) || !mayCall(player.role ?? 'owner', rule.who) ? 403 : REACHED;
}

async function refusal(response: Response): Promise<ErrorBody> {
  const body = (await response.json()) as ErrorBody;
  expect(response.headers.get('x-request-id')).toBe(body.requestId);
  const shape = { message: expect.any(String), requestId: expect.stringMatching(/^req_/), retryable: expect.any(Boolean) };
  expect(body).toEqual({ code: body.code, ...shape });
  expect(response.status).toBe(ERROR_CODES[body.code].status);
  return body;
}

describe('the table of access', () => {
  const handlers = app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`);

  it('names every route that there is, and no other', () => {
    expect([...new Set(handlers)].sort()).toEqual(Object.keys(ACCESS).sort());
  });

  it('lets nobody through to a route that is not in it', async () => {
    const bare = new Hono<App>().use(trace).use(guard);
    bare.get('/api/forgotten', (c) => c.text('secret'));
    for (const player of cast.players) {
      expect((await refusal(await ask(bare, player, 'GET', '/api/forgotten'))).code).toBe('NOT_FOUND');
      expect((await refusal(await ask(app, player, 'DELETE', '/api/runs'))).code).toBe('NOT_FOUND');
    }
  });

  it('gives no key what only a signed-in person may', () => {
    const keyless = routes.filter(({ rule }) => rule.scope === null && isRole(rule.who)).map(({ route }) => route);
    expect(keyless).toEqual([
      'DELETE /api/organisation',
      'POST /api/organisation/leave',
      'POST /api/organisation/transfer',
      'POST /api/organisation/members/:userId/reset-link',
      'POST /api/api-keys',
    ]);
  });

  it('writes down every change of people, roles, keys, runners, settings, and every start and stop', () => {
    const silent = routes.filter(({ method, rule }) => changing(method) && isRole(rule.who) && rule.audit === null);
    // A question that takes a body, and changes nothing.
    expect(silent.map(({ route }) => route)).toEqual(['POST /api/workflow/detect']);
  });
});

describe('the matrix', () => {
  it.each(routes)('$route', async (route) => {
    const rows = await Promise.all(cast.players.map((player) => rowOf(player, route)));
    expect(rows.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(rows.map(({ cells }) => cells)).toEqual(cast.players.map((player) => groundsOf(player, route).length));
  });
});

/** What exists and is open, what is closed to most, and what there is not: who has no credential is asked for nothing more. */
function groundsOf({ is }: Player, route: { path: string; rule: Rule }) {
  const all = namesOne(route) && is !== 'nobody' && is !== 'runner';
  return all ? (['open', 'closed', 'absent'] as const) : (['open'] as const);
}

/** One player's cells of one route. */
async function rowOf(player: Player, { method, path, rule }: (typeof routes)[number]): Promise<{ cells: number; wrong: string[] }> {
  const wrong: string[] = [];
  let cells = 0;
  for (const ground of groundsOf(player, { path, rule })) {
    const ids = ground === 'absent' ? absentIds(cast.open) : cast[ground];
    const inside = player.role !== null && (ground === 'open' || path.includes(':runnerId') || player.chosen || seesAll(player.role));
    const wanted = expected(rule, path, player, ground !== 'absent' && inside);
    const got = await ask(probe, player, method, at(path, ids), validBody(method, path, ids));
    if (got.status !== wanted) wrong.push(`${player.name}, ${ground}: ${got.status}, not ${wanted}`);
    if (wanted === REACHED) await reads(player, { method, path, ids }, wrong);
    else if (ground === 'open') await alsoRefused(player, { method, path, ids, wanted }, wrong);
    cells += 1;
  }
  return { cells, wrong };
}

interface Cell {
  method: string;
  path: string;
  ids: Ids;
}

/** The real route refuses as the guard does. */
async function alsoRefused(player: Player, { method, path, ids, wanted }: Cell & { wanted: number }, wrong: string[]): Promise<void> {
  const got = await ask(app, player, method, at(path, ids), validBody(method, path, ids));
  if (got.status !== wanted) wrong.push(`${player.name}, the real route: ${got.status}, not ${wanted}`);
  await refusal(got);
}

/** A read that is let through succeeds on the real route too, unless a handler looks its thing up in the caller's own organisation. */
async function reads(player: Player, { method, path, ids }: Cell, wrong: string[]): Promise<void> {
  if (changing(method) || !RESOURCES.test(path) || player.is === 'runner' || path.includes(':hash')) return;
  const got = await ask(app, player, method, at(path, ids));
  const wanted = isSocket(path) ? 101 : 200;
  if (got.status !== wanted) wrong.push(`${player.name}, the real route: ${got.status}, not ${wanted}`);
  got.webSocket?.accept();
  got.webSocket?.close();
  await got.body?.cancel();
}

describe('what exists and what does not', () => {
  const named = routes.filter(
    ({ path, rule }) => path.includes(':') && (isRole(rule.who) || rule.who === 'person') && !path.includes(':userCode'),
  );

  it.each(named)('look the same to strangers at $route', async ({ method, path }) => {
    const strangers = cast.players.filter(({ is, role, belongs }) => is !== 'nobody' && is !== 'runner' && role === null && belongs);
    for (const player of strangers) await expectSame(player, { method, path, ids: cast.open });
  });

  it.each(named.filter(({ path, rule }) => namesOne({ path, rule }) && !path.includes(':runnerId')))(
    'look the same at $route to a member who was not chosen for the project',
    async ({ method, path }) => {
      const members = cast.players.filter(({ role, chosen }) => role !== null && !seesAll(role) && !chosen);
      expect(members.length).toBeGreaterThan(3);
      for (const player of members) await expectSame(player, { method, path, ids: cast.closed });
    },
  );

  async function expectSame(player: Player, { method, path, ids }: Cell): Promise<void> {
    const answers = [ids, absentIds(ids)].map((these) => ask(app, player, method, at(path, these), validBody(method, path, these)));
    const [theirs, none] = await Promise.all(answers.map(async (answer) => refusal(await answer)));
    expect({ ...theirs, requestId: '' }).toEqual({ ...none, requestId: '' });
  }

  it('a runner of another organisation finds no run', async () => {
    const path = '/runner-api/runs/:runId/socket';
    for (const player of cast.players.filter(({ is }) => is === 'runner')) {
      const none = await ask(app, player, 'GET', at(path, absentIds(cast.open)));
      const real = await ask(app, player, 'GET', at(path, cast.open));
      if (player.name === 'a runner') expect(real.status).toBe(101);
      else expect({ ...(await refusal(real)), requestId: '' }).toEqual({ ...(await refusal(none)), requestId: '' });
      real.webSocket?.accept();
      real.webSocket?.close();
    }
  });

  it.each(['/api/projects', '/api/runs'])('%s leaves out what is closed to the one who asks', async (path) => {
    for (const player of cast.players.filter(({ is, scopes }) => (is === 'person' || is === 'key') && (scopes?.includes('read') ?? true))) {
      if (!player.belongs) continue;
      const { items } = (await (await ask(app, player, 'GET', path)).json()) as { items: { id: string }[] };
      const name = path === '/api/projects' ? 'projectId' : 'runId';
      const has = (ids: Ids) => items.some(({ id }) => id === ids[name]);
      const inside = player.role !== null;
      expect([player.name, has(cast.open), has(cast.closed)]).toEqual([
        player.name,
        inside,
        inside && (player.chosen || seesAll(player.role ?? 'viewer')),
      ]);
    }
  });
});

describe('a page of another site', () => {
  const owner = () => cast.players.find(({ name }) => name === 'the owner') as Player;
  const FOREIGN = ['http://evil.example', 'null', `${ORIGIN}0`, ORIGIN.replace('http:', 'https:'), `${ORIGIN}.evil.example`, ''];

  it.each(
    routes.filter(({ method, path, rule }) => (changing(method) || isSocket(path)) && !['local', 'runner', 'job'].includes(rule.who)),
  )('cannot use a signed-in person’s cookie at $route', async ({ method, path }) => {
    for (const origin of FOREIGN) await expectForeign(method, path, { origin });
    await expectForeign(method, path, {}, 'no Origin');
    if (!isSocket(path)) await expectForeign(method, path, { origin: ORIGIN, 'sec-fetch-site': 'cross-site' });
  });

  it('cannot even read by it, but a link may be followed', async () => {
    const { client } = owner();
    for (const site of ['cross-site', 'same-site']) {
      expect((await refusal(await client.call('GET', '/api/me', { headers: { 'sec-fetch-site': site } }))).code).toBe('ORIGIN_REFUSED');
    }
    const followed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await client.call('GET', '/api/me', { headers: followed })).status).toBe(200);
  });

  it('finds no server behind a name of its own', async () => {
    const answer = await owner().client.call('GET', '/api/me', { headers: { host: 'evil.example:8787' } });
    expect((await refusal(answer)).code).toBe('ORIGIN_REFUSED');
  });

  async function expectForeign(method: string, path: string, headers: Record<string, string>, note = ''): Promise<void> {
    const cookie = owner().client.cookie ?? '';
    const client = new Client({ cookie, ...(isSocket(path) ? { upgrade: 'websocket' } : {}), ...headers });
    const response = await client.call(method, at(path, cast.open), { body: validBody(method, path, cast.open) });
    expect([note, (await refusal(response)).code]).toEqual([note, 'ORIGIN_REFUSED']);
  }
});

describe('a bad body', () => {
  const withBody = routes.filter(({ method, path, rule }) => isRole(rule.who) && validBody(method, path, {}) !== undefined);
  const headers = { 'content-type': 'application/json', 'if-match': '1' };
  const owner = () => cast.players.find(({ name }) => name === 'the owner') as Player;

  it.each(withBody)('is refused at $route', async ({ method, path }) => {
    for (const raw of ['[1,2,3]', '{"a":', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`]) {
      const broken = await owner().client.call(method, at(path, cast.open), { headers, raw });
      expect((await refusal(broken)).code).toBe('BAD_REQUEST');
    }
  });

  it.each(['/api/projects', '/api/projects/:projectId/specs/import'])('that is too large is refused at %s', async (path) => {
    const raw = `"${'x'.repeat(7 * 1024 * 1024)}"`;
    const large = await owner().client.call('POST', at(path, cast.open), { headers, raw });
    expect((await refusal(large)).code).toBe('TOO_LARGE');
  });
});
