import type { Ids } from './cast.ts';

const PASSWORD = 'correct horse battery';
const TOKEN = 'x'.repeat(43);

/** A body that the schema of the route takes; undefined: it takes none. */
export function validBody(method: string, path: string, ids: Ids): unknown {
  if (method === 'GET' || (method === 'DELETE' && path !== '/api/organisation')) return undefined;
  const repository = { kind: 'path', path: '/x', defaultBranch: null };
  const machine = { name: 'box', publicKey: 'A'.repeat(43) };
  const bodies: Record<string, unknown> = {
    '/api/projects': { name: 'x', repository },
    '/api/projects/:projectId': { name: 'x' },
    '/api/projects/:projectId/members': { restricted: true, userIds: [] },
    '/api/projects/:projectId/specs': { title: 'x' },
    '/api/projects/:projectId/specs/import': { markdown: '# x' },
    '/api/projects/:projectId/specs/import-tasks': { path: 'tasks.md' },
    '/api/specs/:specId': { title: 'x' },
    '/api/specs/:specId/chunks': { title: 'x' },
    '/api/specs/:specId/chunks/order': { chunkIds: ['x'] },
    '/api/chunks/:chunkId': { title: 'x' },
    '/api/specs/:specId/runs': {},
    '/api/specs/:specId/run-all': {},
    '/api/runs/:runId/limits': { maxCostMicros: null, maxTokens: null },
    '/api/local/sign-in': { token: TOKEN },
    '/api/local/runners': machine,
    '/api/me': { name: 'x' },
    '/api/me/password': { current: PASSWORD, next: `${PASSWORD}!` },
    '/api/me/organisation': { organisationId: 'org_x' },
    '/api/organisation': { name: 'x', confirm: 'not its name' },
    '/api/organisation/transfer': { userId: ids.userId ?? 'usr_x' },
    '/api/organisation/members/:userId': { role: 'viewer' },
    '/api/organisation/invitations': { email: null, role: 'viewer' },
    '/api/organisations': { name: 'x' },
    '/api/invitations/accept': { token: TOKEN },
    '/api/invitations/look': { token: TOKEN },
    '/api/api-keys': { name: 'x', scopes: ['read'] },
    '/api/runners': machine,
    '/api/runners/:runnerId': { note: 'x' },
    '/api/runners/registration-tokens': {},
    '/api/workflow/detect': { projectId: 'prj_x' },
    '/api/workflow/left': { projectId: 'prj_x', runId: 'run_x', decision: 'resume' },
    '/api/workflow/orchestrate': { projectId: 'prj_x' },
    '/api/workflow/orchestrate/pause': { projectId: 'prj_x' },
    '/api/workflow/orchestrate/cancel': { projectId: 'prj_x' },
    '/api/workflow/orchestrate/resume': { projectId: 'prj_x' },
    '/api/workflow/orchestrate/merge': { projectId: 'prj_x' },
    '/api/workflow/orchestrate/raise': { projectId: 'prj_x' },
    '/api/workflow/orchestrate/retry': { projectId: 'prj_x' },
    '/api/workflow/orchestrate/skip': { projectId: 'prj_x' },
  };
  return bodies[path];
}
