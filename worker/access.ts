import type { Role } from './door/app-types.ts';

/** public: anybody. local: the local credential. runner: a runner's token. A role: that role or a higher one. */
export type Access = Role | 'public' | 'local' | 'runner';

const RANK: Record<Role, number> = { viewer: 0, member: 1, admin: 2, owner: 3 };

export function mayCall(role: Role, access: Role): boolean {
  return RANK[role] >= RANK[access];
}

/** Who may call what. A route that is missing here is answered like an absent one, and fails a test. */
export const ACCESS: Record<string, Access> = {
  'GET /api/health': 'public',
  'GET /api/auth/*': 'public',
  'POST /api/auth/*': 'public',
  'POST /api/local/sign-in': 'public',
  'POST /api/local/links': 'local',
  'POST /api/local/runners': 'local',
  'POST /api/local/sweep': 'local',
  'GET /api/me': 'viewer',

  'GET /api/projects': 'viewer',
  'POST /api/projects': 'member',
  'GET /api/projects/:projectId': 'viewer',
  'PATCH /api/projects/:projectId': 'member',
  'DELETE /api/projects/:projectId': 'admin',
  'GET /api/projects/:projectId/specs': 'viewer',
  'POST /api/projects/:projectId/specs': 'member',
  'POST /api/projects/:projectId/specs/import': 'member',

  'GET /api/specs/:specId': 'viewer',
  'PATCH /api/specs/:specId': 'member',
  'DELETE /api/specs/:specId': 'member',
  'GET /api/specs/:specId/export': 'viewer',
  'POST /api/specs/:specId/duplicate': 'member',
  'GET /api/specs/:specId/chunks': 'viewer',
  'POST /api/specs/:specId/chunks': 'member',
  'PUT /api/specs/:specId/chunks/order': 'member',
  'PATCH /api/chunks/:chunkId': 'member',
  'DELETE /api/chunks/:chunkId': 'member',

  'GET /api/specs/:specId/runs': 'viewer',
  'POST /api/specs/:specId/runs': 'member',
  'POST /api/specs/:specId/run-all': 'member',
  'POST /api/specs/:specId/run-all/abort': 'member',
  'POST /api/specs/:specId/run-all/pause': 'member',
  'POST /api/specs/:specId/run-all/resume': 'member',

  'GET /api/runs': 'viewer',
  'GET /api/runs/:runId': 'viewer',
  'GET /api/runs/:runId/events': 'viewer',
  'GET /api/runs/:runId/pieces/:hash': 'viewer',
  'GET /api/runs/:runId/socket': 'viewer',
  'POST /api/runs/:runId/pause': 'member',
  'POST /api/runs/:runId/resume': 'member',
  'POST /api/runs/:runId/stop': 'member',
  'POST /api/runs/:runId/limits': 'member',
  'POST /api/runs/:runId/chunks/:chunkId/retry': 'member',
  'POST /api/runs/:runId/chunks/:chunkId/skip': 'member',

  'GET /api/runners': 'viewer',

  'POST /runner-api/lives': 'runner',
  'POST /runner-api/messages/pull': 'runner',
  'POST /runner-api/messages/ack': 'runner',
  'GET /runner-api/doorbell': 'runner',
  'GET /runner-api/runs/:runId/socket': 'runner',
};
