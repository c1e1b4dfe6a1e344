import type { KeyScope, Role } from '@specwright/protocol/people-api.ts';

/**
 * public: anybody. person: signed in, in no organisation in particular. local: the credential of this machine.
 * runner: a runner's token. job: the credential of one job. A role: that role or a higher one, in the organisation of what the path names.
 */
export type Access = Role | 'public' | 'person' | 'local' | 'runner' | 'job';

/** What may be asked how often: see wrangler.toml. sign_in: by address and route, and by e-mail. invite: by organisation too. */
export type Limit = 'address' | 'sign_in' | 'invite' | 'person' | 'runner' | 'none';

export interface Rule {
  who: Access;
  /** What an API key needs to call this; null: keys may not. */
  scope: KeyScope | null;
  limit: Limit;
  /** What the audit log calls a success; null: it is no change that the log keeps. */
  audit: string | null;
  /** Takes rights away from somebody: open pages are looked at again at once. */
  narrows: boolean;
}

const RANK: Record<Role, number> = { viewer: 0, member: 1, admin: 2, owner: 3 };

export function isRole(who: Access): who is Role {
  return who in RANK;
}

/** Says whether this role is at least that one. */
export function mayCall(role: Role, least: Role): boolean {
  return RANK[role] >= RANK[least];
}

/** Owners and admins see restricted projects too. */
export function seesAll(role: Role): boolean {
  return mayCall(role, 'admin');
}

/** The lower of two roles. */
export function lowerRole(a: Role, b: Role): Role {
  return RANK[a] <= RANK[b] ? a : b;
}

const sees = (scope: KeyScope = 'read', who: Role = 'viewer') => rule(who, { scope });
const writes = (audit: string | null) => rule('member', { scope: 'write', audit });
const starts = (audit: string | null) => rule('member', { scope: 'run', audit });
const self = (audit: string | null = null, more: Partial<Rule> = {}) => rule('person', { audit, ...more });
const anybody = (limit: Limit = 'address', audit: string | null = null) => rule('public', { limit, audit });
const admin = (audit: string | null = null, more: Partial<Rule> = {}) => rule('admin', { scope: 'admin', audit, ...more });
const job = () => rule('job', { limit: 'runner' });
const runner = () => rule('runner', { limit: 'runner' });
const local = (audit: string | null = null) => rule('local', { limit: 'none', audit });
const NARROWS = { narrows: true } as const;

/**
 * Who may call what, as what it is written down, how often. A route that is missing here is answered like an absent one,
 * and fails a test. What a path's parameter names must be seen by the caller, or the answer is that of an absent id.
 */
export const ACCESS: Record<string, Rule> = {
  'GET /api/health': rule('public', { limit: 'none' }),
  'GET /api/sign-in-options': anybody(),
  'POST /api/auth/sign-up/email': anybody('sign_in', 'person.signed_up'),
  'POST /api/auth/sign-in/email': anybody('sign_in', 'person.signed_in'),
  'POST /api/auth/sign-in/social': anybody('sign_in'),
  'GET /api/auth/callback/:provider': anybody(),
  'POST /api/auth/sign-out': self(null, NARROWS),
  'POST /api/auth/request-password-reset': anybody('sign_in'),
  'POST /api/auth/reset-password': anybody('sign_in', 'person.password_reset'),
  'POST /api/auth/verify-email': anybody('sign_in'),
  'POST /api/auth/device/code': anybody(),
  'POST /api/auth/device/token': anybody(),
  'POST /api/invitations/look': anybody('sign_in'),
  'POST /api/local/sign-in': anybody('address', 'person.signed_in'),
  'POST /api/local/links': local(),
  'POST /api/local/runners': local('runner.registered'),
  'POST /api/local/sweep': local(),

  'GET /api/me': self(null, { scope: 'read' }),
  'PATCH /api/me': self('person.changed'),
  'POST /api/me/password': self('person.password_changed', { limit: 'sign_in', ...NARROWS }),
  'GET /api/me/sessions': self(),
  'DELETE /api/me/sessions': self('person.sessions_ended', NARROWS),
  'DELETE /api/me/sessions/:sessionId': self('person.session_ended', NARROWS),
  'PUT /api/me/organisation': self(),
  'POST /api/organisations': self('organisation.created', { limit: 'invite' }),
  'POST /api/invitations/accept': self('invitation.accepted'),
  'GET /api/devices/:userCode': self(null, { limit: 'sign_in' }),
  'POST /api/devices/:userCode/approve': self('device.approved', { limit: 'sign_in' }),
  'POST /api/devices/:userCode/deny': self('device.denied', { limit: 'sign_in' }),

  'GET /api/organisation': sees(),
  'PATCH /api/organisation': admin('organisation.changed'),
  'DELETE /api/organisation': rule('owner', { audit: 'organisation.deleted', ...NARROWS }),
  'POST /api/organisation/leave': rule('viewer', { audit: 'member.left', ...NARROWS }),
  'POST /api/organisation/transfer': rule('owner', { audit: 'organisation.transferred', ...NARROWS }),
  'GET /api/organisation/members': sees(),
  'PATCH /api/organisation/members/:userId': admin('member.role_changed', NARROWS),
  'DELETE /api/organisation/members/:userId': admin('member.removed', NARROWS),
  'POST /api/organisation/members/:userId/reset-link': admin('member.reset_link_made', { scope: null, limit: 'invite' }),
  'GET /api/organisation/invitations': sees('admin', 'admin'),
  'POST /api/organisation/invitations': admin('invitation.created', { limit: 'invite' }),
  'DELETE /api/organisation/invitations/:invitationId': admin('invitation.cancelled'),
  // A key that made keys could outlive its own end.
  'GET /api/api-keys': sees('admin'),
  'POST /api/api-keys': rule('viewer', { audit: 'api_key.created' }),
  'DELETE /api/api-keys/:keyId': rule('viewer', { scope: 'admin', audit: 'api_key.revoked', ...NARROWS }),
  'GET /api/audit': sees('admin', 'admin'),
  'GET /api/audit.csv': sees('admin', 'admin'),

  'GET /api/projects': sees(),
  'POST /api/projects': writes('project.created'),
  'GET /api/projects/:projectId': sees(),
  'PATCH /api/projects/:projectId': writes('project.changed'),
  'DELETE /api/projects/:projectId': rule('admin', { scope: 'write', audit: 'project.deleted' }),
  'GET /api/projects/:projectId/members': sees('admin', 'admin'),
  'PUT /api/projects/:projectId/members': admin('project.members_changed', NARROWS),
  'GET /api/projects/:projectId/specs': sees(),
  'POST /api/projects/:projectId/specs': writes('spec.created'),
  'POST /api/projects/:projectId/specs/import': writes('spec.imported'),
  'POST /api/projects/:projectId/specs/import-tasks': writes('spec.imported'),

  'GET /api/specs/:specId': sees(),
  'PATCH /api/specs/:specId': writes('spec.changed'),
  'DELETE /api/specs/:specId': writes('spec.deleted'),
  'GET /api/specs/:specId/export': sees(),
  'POST /api/specs/:specId/duplicate': writes('spec.duplicated'),
  'GET /api/specs/:specId/chunks': sees(),
  'POST /api/specs/:specId/chunks': writes('chunk.created'),
  'PUT /api/specs/:specId/chunks/order': writes('spec.reordered'),
  'PATCH /api/chunks/:chunkId': writes('chunk.changed'),
  'DELETE /api/chunks/:chunkId': writes('chunk.deleted'),

  'GET /api/specs/:specId/runs': sees(),
  'POST /api/specs/:specId/runs': starts('run.started'),
  'POST /api/specs/:specId/run-all': starts('run.started'),
  'POST /api/specs/:specId/run-all/abort': starts('run.stopped'),
  'POST /api/specs/:specId/run-all/pause': starts('run.paused'),
  'POST /api/specs/:specId/run-all/resume': starts('run.resumed'),

  'GET /api/runs': sees(),
  'GET /api/runs/:runId': sees(),
  'GET /api/runs/:runId/events': sees(),
  'GET /api/runs/:runId/pieces/:hash': sees(),
  'GET /api/runs/:runId/socket': sees(),
  'POST /api/runs/:runId/pause': starts('run.paused'),
  'POST /api/runs/:runId/resume': starts('run.resumed'),
  'POST /api/runs/:runId/stop': starts('run.stopped'),
  'POST /api/runs/:runId/limits': starts('run.limits_raised'),
  'POST /api/runs/:runId/chunks/:chunkId/retry': starts('run.chunk_retried'),
  'POST /api/runs/:runId/chunks/:chunkId/skip': starts('run.chunk_skipped'),

  'GET /api/workers': sees(),
  'GET /api/workers/events': sees(),
  'GET /api/workers/socket': sees(),
  'POST /api/workers': starts('run.started'),
  'POST /api/workers/stop-all': starts('run.all_stopped'),
  'POST /api/workers/pause-all': starts('run.all_paused'),
  'GET /api/workers/:runId': sees(),
  'DELETE /api/workers/:runId': starts('run.stopped'),
  'POST /api/workers/:runId/pause': starts('run.paused'),
  'POST /api/workers/:runId/resume': starts('run.resumed'),
  'GET /api/queue': sees(),
  'POST /api/queue': starts('run.started'),
  'POST /api/queue/reorder': starts('queue.reordered'),
  'POST /api/queue/pause': starts('queue.paused'),
  'POST /api/queue/resume': starts('queue.resumed'),
  'PUT /api/queue/limit': admin('organisation.limit_changed'),
  'PATCH /api/queue/:runId': starts('queue.prioritised'),
  'DELETE /api/queue/:runId': starts('queue.removed'),

  // It only reads, and waits for a machine to do it.
  'POST /api/workflow/detect': sees(),
  'POST /api/workflow/left': starts('orchestration.left_decided'),
  'POST /api/workflow/orchestrate': starts('orchestration.started'),
  'GET /api/workflow/orchestrate/status': sees(),
  'GET /api/workflow/orchestrate/list': sees(),
  'POST /api/workflow/orchestrate/pause': starts('orchestration.paused'),
  'POST /api/workflow/orchestrate/cancel': starts('orchestration.cancelled'),
  'POST /api/workflow/orchestrate/resume': starts('orchestration.resumed'),
  'POST /api/workflow/orchestrate/merge': starts('orchestration.merge_decided'),
  'POST /api/workflow/orchestrate/answer': starts('orchestration.question_answered'),
  'POST /api/workflow/orchestrate/raise': starts('orchestration.limits_raised'),
  'POST /api/workflow/orchestrate/retry': starts('orchestration.item_retried'),
  'POST /api/workflow/orchestrate/skip': starts('orchestration.item_skipped'),

  'GET /api/runners': sees(),
  'POST /api/runners': rule('member', { scope: 'admin', audit: 'runner.registered' }),
  'GET /api/runners/registration-tokens': sees('admin', 'admin'),
  'POST /api/runners/registration-tokens': admin('registration_token.created', { limit: 'invite' }),
  'DELETE /api/runners/registration-tokens/:tokenId': admin('registration_token.revoked'),
  'GET /api/runners/:runnerId': sees(),
  'PATCH /api/runners/:runnerId': rule('member', { scope: 'admin', audit: 'runner.changed' }),
  'POST /api/runners/:runnerId/check': rule('member', { scope: 'admin', audit: 'runner.checked' }),
  'DELETE /api/runners/:runnerId': rule('member', { scope: 'admin', audit: 'runner.revoked' }),

  // These prove themselves in the body.
  'POST /runner-api/register': anybody('sign_in', 'runner.registered'),
  'POST /runner-api/challenges': anybody('runner'),
  'POST /runner-api/tokens': anybody('runner'),
  'POST /runner-api/lives': runner(),
  'POST /runner-api/lives/report': runner(),
  'POST /runner-api/messages/pull': runner(),
  'POST /runner-api/messages/ack': runner(),
  'POST /runner-api/errands/:errandId': runner(),
  'GET /runner-api/doorbell': runner(),
  'GET /runner-api/runs/:runId/socket': runner(),
  'GET /runner-api/runs/:runId/bundle': runner(),
  'PUT /runner-api/jobs/:jobId/bundle': job(),
};

/** A rule: the caller's own limit, no key, nothing written down, unless it says so. */
export function rule(who: Access, more: Partial<Rule> = {}): Rule {
  return { who, scope: null, limit: 'person', audit: null, narrows: false, ...more };
}
