import { foldRun } from '@specwright/protocol/evolve.ts';
import * as people from './people-fixtures.ts';
import { phases } from './phase-fixtures.ts';
import { poison, poisoned, poisonText } from './poison.ts';
import { PIECES } from './story.ts';
import { logs, now, projects, spec, summary } from './work-fixtures.ts';
import * as workers from './workers-fixtures.ts';

/** A path behind /api/: its parts, its query, and what the looker chose by cookies. */
interface Asked {
  kind: string;
  id: string;
  what: string | undefined;
  hash: string | undefined;
  query: URLSearchParams;
  role: string;
  phase: string | undefined;
}

/** The API over made-up data. Changes are answered by refusals, or as if they had worked. */
export async function api(path: string, init?: RequestInit): Promise<Response> {
  const answer = plainApi(path, init);
  if (!poisoned) return answer;
  const json = answer.headers.get('content-type')?.includes('json');
  const { status } = answer;
  return json ? Response.json(poison(await answer.json()), { status }) : new Response(poisonText(), { status, headers: answer.headers });
}

function plainApi(path: string, init?: RequestInit): Response {
  const asked = askedBy(path, init);
  if (init?.method && init.method !== 'GET') return change(init.method, asked);
  return READ[asked.kind]?.(asked) ?? absent();
}

function askedBy(path: string, init?: RequestInit): Asked {
  const url = new URL(path, 'http://fixture');
  const [kind = '', id = '', what, hash] = url.pathname.split('/').slice(2);
  const cookie = new Headers(init?.headers).get('cookie') ?? '';
  const role = /fixture_role=(\w+)/.exec(cookie)?.[1] ?? 'owner';
  return { kind, id, what, hash, query: url.searchParams, role, phase: /fixture_phase=(\w+)/.exec(cookie)?.[1] };
}

function change(method: string, { kind, id }: Asked): Response {
  if (kind === 'specs' && method === 'PATCH')
    return refusal(412, 'EDIT_CONFLICT', 'Somebody saved version 4 in between. Look at it, then save yours.');
  if (kind === 'chunks' && method === 'PATCH')
    return refusal(422, 'DEPENDENCY_CYCLE', 'These chunks wait for each other: parse → docs → parse.');
  if (kind === 'invitations')
    return Response.json({
      organisationName: 'Money Works',
      invitedBy: 'Ada Lovelace',
      role: 'member',
      email: 'edsger@example.com',
      expiresAt: now + 9e8,
    });
  if (kind === 'api-keys') return Response.json({ key: people.keys[0], secret: `swk_${'x'.repeat(40)}` });
  if (id === 'invitations') return Response.json({ invitation: people.invitations[0], token: 'i'.repeat(43), mailed: false });
  if (id === 'registration-tokens') return Response.json({ id: 'rtk_9', token: 't'.repeat(43), expiresAt: now + 36e5 });
  if (kind === 'auth') return refusal(401, 'INVALID_EMAIL_OR_PASSWORD', 'Invalid email or password');
  if (kind === 'local') return refusal(401, 'LINK_SPENT', 'This link was used.');
  return Response.json({ id: 'prj_1', runId: 'run_live', attached: true, allComplete: false });
}

const READ: Record<string, (asked: Asked) => Response> = {
  workers: ({ id }) => Response.json(id ? workers.worker(id) : workers.page),
  queue: () => list(workers.queue),
  health: () => Response.json({ ok: true }),
  me: ({ id, role }) => {
    if (role === 'out') return refusal(401, 'NOT_SIGNED_IN', 'Sign in.');
    return id === 'sessions' ? list(people.sessions) : Response.json(people.me(role));
  },
  'sign-in-options': () => Response.json({ signUp: 'open', github: true, mail: true, local: process.env.LOCAL === '1' }),
  organisation: ({ id }) => list(id === 'members' ? people.members : people.invitations),
  'api-keys': () => list(people.keys),
  audit: () => list(people.audit),
  devices: ({ id }) => (id.startsWith('NONE') ? absent() : Response.json(people.device(id))),
  runners: ({ id }) => {
    if (!id) return list(people.machines);
    return id === 'registration-tokens' ? list(people.tokens) : orAbsent(people.machines.find((it) => it.id === id));
  },
  projects: ({ id, what }) => {
    const project = projects.find((it) => it.id === id);
    if (!id) return list(projects);
    if (!project || !what) return orAbsent(project);
    if (what === 'members') return Response.json({ restricted: true, userIds: ['usr_alan'] });
    return list(id === 'prj_1' ? ['spc_live', 'spc_failed', 'spc_done', 'spc_fresh', 'spc_empty'].map(spec) : []);
  },
  specs: ({ id, what }) => (what === 'runs' ? list([summary(id.replace('spc_', 'run_'))].filter(Boolean)) : Response.json(spec(id))),
  runs: (asked) => (asked.id ? run(asked) : runs(asked)),
};

function runs({ query, phase }: Asked): Response {
  if (query.get('specId')?.startsWith('phase:')) return list(phase ? [summary(phase)] : []);
  const shown = Object.keys(logs).filter((it) => it !== 'run_long' && !(it in phases));
  return list(shown.map(summary));
}

function run({ id, what, hash, query }: Asked): Response {
  const log = logs[id];
  if (!log) return absent();
  const after = Number(query.get('after'));
  if (what === 'events') return list(log.slice(after, after + Number(query.get('limit') ?? 1000)));
  if (what === 'pieces') return new Response(PIECES[hash ?? ''] ?? '', { headers: { 'content-type': 'text/plain; charset=utf-8' } });
  return Response.json({ state: foldRun(log), recent: log.slice(-200) });
}

function list(items: unknown[]): Response {
  return Response.json({ items, nextCursor: null });
}

function orAbsent(found: object | undefined): Response {
  return found ? Response.json(found) : absent();
}

function absent(): Response {
  return refusal(404, 'NOT_FOUND', 'There is nothing here.');
}

function refusal(status: number, code: string, message: string): Response {
  return Response.json({ code, message, requestId: 'req_fixture', retryable: false }, { status });
}
