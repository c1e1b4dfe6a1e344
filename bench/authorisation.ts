import type { Project } from '@specwright/protocol/api.ts';
import type { CreatedApiKey } from '@specwright/protocol/people-api.ts';
import { benchServer } from './embedded-server.ts';
import { type Figure, median } from './figure.ts';

/** Below what one person and one key may ask for in a minute: see wrangler.toml. */
const ROUNDS = 250;
const WARM_UP = 25;

/**
 * What it costs to know who calls, and whether they may: routes that do nothing else, beside one that asks nobody; where a body is
 * carried and refused, beside one that asks nobody and refuses the same. Each round asks all of them so that all meet the same machine.
 */
export async function authorisation(): Promise<Figure[]> {
  const { client, stop } = await benchServer();
  try {
    const calls = await callsOf(client.url, client.credential ?? '');
    const samples = new Map(Object.keys(calls).map((name) => [name, [] as number[]]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, call] of turned(Object.entries(calls), round)) {
        const ms = await timed(call);
        if (round >= WARM_UP) samples.get(name)?.push(ms);
      }
    }
    return figuresOf(new Map([...samples].map(([name, all]) => [name, median(all)])));
  } finally {
    await stop();
  }
}

/** Another begins each round, so that none always follows the same. */
function turned<T>(list: T[], by: number): T[] {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

function figuresOf(p50: Map<string, number>): Figure[] {
  const floorOf = (name: string) => p50.get(name === ON_A_PROJECT ? BODY_FLOOR : FLOOR) ?? Number.NaN;
  const isFloor = (name: string) => name === FLOOR || name === BODY_FLOOR;
  const [floors, own] = [[...p50].filter(([name]) => isFloor(name)), [...p50].filter(([name]) => !isFloor(name))];
  return [
    ...floors.map(([name, value]) => ({ name, value, unit: 'ms p50' })),
    ...own.map(([name, ms]) => ({ name: `${name}: added`, value: ms - floorOf(name), unit: 'ms p50', limit: 2 })),
    ...own.map(([name, ms]) => ({ name: `${name}: ratio`, value: ms / floorOf(name), unit: '×' })),
  ];
}

const FLOOR = 'a route that asks nobody';
const BODY_FLOOR = 'another, that refuses its body';
const ON_A_PROJECT = 'a session, on a project';

interface Call {
  url: string;
  init: RequestInit;
  status: number;
}

async function callsOf(url: string, credential: string): Promise<Record<string, Call>> {
  const cookie = await signIn(url, credential);
  const headers = { cookie, origin: url, 'content-type': 'application/json' };
  const post = <T>(path: string, body: unknown) =>
    fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }).then((answer) => answer.json() as Promise<T>);
  const { secret } = await post<CreatedApiKey>('/api/api-keys', { name: 'bench', scopes: ['read'] });
  const repository = { kind: 'path', path: '/nowhere', defaultBranch: null };
  const { id } = await post<Project>('/api/projects', { name: 'Bench', repository });
  const me = `${url}/api/me`;
  const json = { 'content-type': 'application/json' };
  return {
    [FLOOR]: { url: `${url}/api/health`, init: {}, status: 200 },
    [BODY_FLOOR]: { url: `${url}/runner-api/challenges`, init: { method: 'POST', headers: json, body: '[]' }, status: 400 },
    'a browser’s session': { url: me, init: { headers: { cookie } }, status: 200 },
    'an API key': { url: me, init: { headers: { authorization: `Bearer ${secret}` } }, status: 200 },
    'this machine’s credential': { url: me, init: { headers: { authorization: `Bearer ${credential}` } }, status: 200 },
    // The body is refused right after the door.
    [ON_A_PROJECT]: { url: `${url}/api/projects/${id}`, init: { method: 'PATCH', headers, body: '[]' }, status: 400 },
  };
}

async function signIn(url: string, credential: string): Promise<string> {
  const asOwner = { method: 'POST', headers: { authorization: `Bearer ${credential}` } };
  const { token } = (await (await fetch(`${url}/api/local/links`, asOwner)).json()) as { token: string };
  const headers = { origin: url, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/local/sign-in`, { method: 'POST', headers, body: JSON.stringify({ token }) });
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

async function timed({ url, init, status }: Call): Promise<number> {
  const began = performance.now();
  const answer = await fetch(url, init);
  await answer.text();
  const ms = performance.now() - began;
  if (answer.status !== status) throw new Error(`${url} answered ${answer.status}, not ${status}.`);
  return ms;
}
