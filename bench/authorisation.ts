import type { Project } from '@specwright/protocol/api.ts';
import type { CreatedApiKey } from '@specwright/protocol/people-api.ts';
import { benchServer } from './embedded-server.ts';
import { type Figure, median } from './figure.ts';

/** Below what one person and one key may ask for in a minute: see wrangler.toml. */
const ROUNDS = 250;
const WARM_UP = 25;

/**
 * What it costs to know who calls, and whether they may: routes that do nothing else, beside one that asks nobody.
 * Each round asks all of them so that all meet the same machine.
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
  const floor = p50.get(FLOOR) ?? Number.NaN;
  const own = [...p50].filter(([name]) => name !== FLOOR);
  return [
    { name: FLOOR, value: floor, unit: 'ms p50' },
    ...own.map(([name, ms]) => ({ name: `${name}: added`, value: ms - floor, unit: 'ms p50', limit: 2 })),
    ...own.map(([name, ms]) => ({ name: `${name}: ratio`, value: ms / floor, unit: '×' })),
  ];
}

const FLOOR = 'a route that asks nobody';

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
  return {
    [FLOOR]: { url: `${url}/api/health`, init: {}, status: 200 },
    'a browser’s session': { url: me, init: { headers: { cookie } }, status: 200 },
    'an API key': { url: me, init: { headers: { authorization: `Bearer ${secret}` } }, status: 200 },
    'this machine’s credential': { url: me, init: { headers: { authorization: `Bearer ${credential}` } }, status: 200 },
    // The body is refused right after the door.
    'a session, on a project': { url: `${url}/api/projects/${id}`, init: { method: 'PATCH', headers, body: '[]' }, status: 400 },
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
