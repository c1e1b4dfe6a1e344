import type { Page, StartedRun } from '@specwright/protocol/api.ts';
import type { AuditEntry } from '@specwright/protocol/people-api.ts';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { invite, key, migrate, signUp, signUpOwner } from '../testing/front-door.ts';
import { project, specOf } from '../testing/given.ts';
import { csvOf } from './audit-csv.ts';

beforeAll(migrate);

type Owner = Awaited<ReturnType<typeof signUpOwner>>;
const log = (owner: Owner, query = '') => owner.client.json<Page<AuditEntry>>('GET', `/api/audit${query}`);

async function found(owner: Owner, action: string): Promise<AuditEntry> {
  return vi.waitFor(async () => {
    const entry = (await log(owner)).items.find((one) => one.action === action);
    if (!entry) throw new Error(`no ${action}`);
    return entry;
  });
}

describe('the audit log', () => {
  it('says who did what to what, from where, and what changed', async () => {
    const owner = await signUpOwner();
    const member = await signUp('Mia', await invite(owner.client, 'member'));
    const path = `/api/organisation/members/${member.userId}`;
    await owner.client.json('PATCH', path, { body: { role: 'viewer' }, status: 200, headers: { 'cf-connecting-ip': '203.0.113.7' } });
    expect(await found(owner, 'member.role_changed')).toMatchObject({
      actor: { kind: 'person', id: owner.userId, name: owner.name },
      target: { id: member.userId, name: 'Mia' },
      address: '203.0.113.7',
      details: { from: 'member', to: 'viewer' },
    });
  });

  it('names the key that did it, the project it was in, and the run', async () => {
    const owner = await signUpOwner();
    const program = await key(owner.client, { scopes: ['run', 'read'] });
    const spec = await specOf(owner.client, 'a');
    const { runId } = await program.json<StartedRun>('POST', `/api/specs/${spec.id}/runs`);
    await program.json('POST', `/api/runs/${runId}/stop`, { status: 200 });
    const started = await found(owner, 'run.started');
    expect(started).toMatchObject({
      actor: { kind: 'key', id: program.keyId },
      target: { kind: 'run', id: runId },
      projectId: spec.projectId,
    });
    expect(await found(owner, 'run.stopped')).toMatchObject({ target: { kind: 'run', id: runId }, projectId: spec.projectId });
  });

  it('keeps nothing of what was refused, and no secret', async () => {
    const owner = await signUpOwner();
    const { id } = await project(owner.client);
    const program = await key(owner.client, { scopes: ['read', 'admin'] });
    await program.json('PATCH', `/api/projects/${id}`, { body: { name: 'y' }, status: 403 });
    await owner.client.json('PATCH', `/api/projects/${id}`, { body: { settings: { maxIterations: 4 } }, status: 200 });
    await found(owner, 'project.changed');
    const { items } = await log(owner);
    expect(items.filter(({ action }) => action === 'project.changed')).toHaveLength(1);
    expect(JSON.stringify(items)).not.toContain(program.secret);
  });

  it('is filtered, and read in pages', async () => {
    const owner = await signUpOwner();
    for (let at = 0; at < 3; at++) await project(owner.client);
    await vi.waitFor(async () => expect((await log(owner, '?action=project')).items).toHaveLength(3));
    const first = await log(owner, '?action=project.created&limit=2');
    expect(first.items).toHaveLength(2);
    const second = await log(owner, `?action=project.created&limit=2&cursor=${first.nextCursor}`);
    expect([second.items.length, second.nextCursor]).toEqual([1, null]);
    const [newest] = first.items;
    expect((await log(owner, `?to=${newest?.at}`)).items.map(({ id }) => id)).not.toContain(newest?.id);
    expect((await log(owner, `?target=${newest?.target.id}`)).items).toHaveLength(1);
    expect((await log(owner, '?actor=nobody-of-this-name')).items).toEqual([]);
    expect((await log(await signUpOwner('Other'), '?action=project')).items).toEqual([]);
  });

  it('comes as a file that no sheet runs', async () => {
    const owner = await signUpOwner('=HYPERLINK("http://evil.example")');
    await project(owner.client);
    await found(owner, 'project.created');
    const answer = await owner.client.call('GET', '/api/audit.csv?action=project.created');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toContain('audit.csv');
    const [head, row] = (await answer.text()).split('\r\n');
    expect(head).toMatch(/^"at","actor_kind"/);
    expect(row).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '|calc', '%0A'])('makes text of a cell that begins like %j', (name) => {
    const who = { kind: 'person', id: 'usr_1', name } as const;
    const entry = { id: 'req_1', at: 0, actor: who, action: 'a.b', target: { kind: 't', id: '1', name: null } };
    const csv = csvOf([{ ...entry, projectId: null, address: null, details: {} }]);
    expect(csv).toContain(`"'${name}"`);
  });
});
