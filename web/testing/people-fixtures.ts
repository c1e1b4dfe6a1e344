/** Made-up people, keys, machines and changes for the fixture server. */
const now = Date.now();
const DAY = 86_400_000;

export const ROLES = ['owner', 'admin', 'member', 'viewer'];

export function me(role: string) {
  const organisations = [
    { id: 'org_1', name: 'Money Works', role, createdAt: now - 90 * DAY },
    { id: 'org_2', name: 'A second organisation with a long name', role: 'member', createdAt: now - 9 * DAY },
  ];
  const none = role === 'none';
  return {
    user: { id: 'usr_ada', name: 'Ada Lovelace', email: 'ada@example.com' },
    organisation: none ? null : { id: 'org_1', name: 'Money Works' },
    role: none ? null : role,
    organisations: none ? [] : organisations,
    via: 'cookie',
    build: 'fixture',
  };
}

export const members = [
  { userId: 'usr_ada', name: 'Ada Lovelace', email: 'ada@example.com', role: 'owner', joinedAt: now - 90 * DAY },
  { userId: 'usr_grace', name: 'Grace Hopper', email: 'grace@example.com', role: 'admin', joinedAt: now - 40 * DAY },
  { userId: 'usr_alan', name: 'Alan Turing', email: 'alan@example.com', role: 'member', joinedAt: now - 20 * DAY },
  {
    userId: 'usr_long',
    name: 'Somebody With A Very Long Name Indeed Of The Department',
    email: 'somebody.with.a.very.long.address@department.of.names.example.com',
    role: 'viewer',
    joinedAt: now - DAY,
  },
];

export const invitations = [
  { id: 'inv_1', email: 'edsger@example.com', role: 'member', invitedBy: 'Ada Lovelace', expiresAt: now + 6 * DAY, createdAt: now - DAY },
  { id: 'inv_2', email: null, role: 'viewer', invitedBy: 'Grace Hopper', expiresAt: now + 2 * DAY, createdAt: now - 5 * DAY },
];

export const sessions = [
  session('ses_1', true, 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'),
  session('ses_2', false, 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1'),
  session('ses_3', false, null),
];

function session(id: string, current: boolean, userAgent: string | null) {
  return {
    ...{ id, current, userAgent },
    ...{ createdAt: now - 3 * DAY, lastSeenAt: now - 3e6, expiresAt: now + 27 * DAY, address: current ? '127.0.0.1' : '203.0.113.9' },
  };
}

export const keys = [
  key('key_1', 'person', 'My laptop’s scripts', ['read', 'run'], null),
  key('key_2', 'service', 'CI of storefront', ['read', 'write', 'run'], 'member'),
];

function key(id: string, kind: string, name: string, scopes: string[], role: string | null) {
  return {
    ...{ id, kind, name, scopes, role, start: 'swk_a1b2', createdBy: 'Ada Lovelace', createdAt: now - 4 * DAY },
    ...{ expiresAt: kind === 'person' ? now + 80 * DAY : null, lastUsedAt: kind === 'person' ? null : now - 6e5 },
  };
}

export const tokens = [
  { id: 'rtk_1', createdBy: 'Ada Lovelace', createdAt: now - 6e5, expiresAt: now + 3e6, usedAt: null, runnerId: null },
  { id: 'rtk_2', createdBy: 'Ada Lovelace', createdAt: now - 9e6, expiresAt: now - 5e6, usedAt: now - 8e6, runnerId: 'rnr_1' },
];

const tools = [
  { name: 'git', version: '2.39.5', detail: null, ok: true },
  { name: 'opencode', version: '1.18.33', detail: 'pinned', ok: true },
  { name: 'claude', version: null, detail: 'not installed: reviews use opencode', ok: false },
  { name: 'model', version: null, detail: 'no key: a demo model answers', ok: true },
];

function machine(id: string, name: string, status: string, more: object = {}) {
  return {
    ...{ id, name, status, online: status !== 'offline', lastSeenAt: now - 2000, offlineSince: null, version: '0.1.0', slots: 5 },
    ...{ labels: [], note: null, owner: { id: 'usr_ada', name: 'Ada Lovelace' }, sharing: 'organisation', projectIds: [] },
    ...{ repositories: null, load: null, jobs: [], found: tools, faults: [] },
    ...more,
  };
}

export const machines = [
  machine('rnr_1', 'workbench', 'busy', {
    labels: ['linux', 'x64', 'gpu'],
    jobs: [
      { runId: 'run_live', projectId: 'prj_1', specId: 'spc_live' },
      { runId: 'run_long', projectId: 'prj_1', specId: 'spc_long' },
    ],
    load: { cpu: 0.42, freeMemory: 12.4e9, freeDisk: 210e9, worktrees: 1.9e9 },
  }),
  machine('rnr_2', 'old-laptop', 'offline', {
    ...{ slots: 2, offlineSince: now - 8e7, found: tools.slice(0, 1), repositories: [], sharing: 'owner' },
    owner: { id: 'usr_alan', name: 'Alan Turing' },
  }),
  machine('rnr_3', 'mac-studio', 'paused', {
    ...{ note: 'Reserved for the release until Friday', sharing: 'projects', projectIds: ['prj_1'], labels: ['macos'] },
    repositories: [
      { key: 'a'.repeat(64), name: 'money' },
      { key: 'b'.repeat(64), name: 'storefront' },
    ],
  }),
  machine('rnr_4', 'build-7', 'draining', {
    faults: [{ kind: 'claude-code', message: 'claude is not signed in', since: now - 4e6 }],
  }),
];

const entry = (id: number, action: string, target: object, details: object = {}, actor: object = {}) => ({
  ...{ id: `req_${id}`, at: now - id * 7e5, action, projectId: null, address: '203.0.113.9', details },
  actor: { kind: 'person', id: 'usr_ada', name: 'Ada Lovelace', ...actor },
  target: { kind: 'member', id: 'usr_alan', name: 'Alan Turing', ...target },
});

export const audit = [
  entry(1, 'member.role_changed', {}, { from: 'viewer', to: 'member' }),
  entry(2, 'run.started', { kind: 'run', id: 'run_live', name: 'A small money library' }, {}, { kind: 'key', name: 'CI of storefront' }),
  entry(3, 'runner.revoked', { kind: 'runner', id: 'rnr_9', name: 'lost-laptop' }),
  entry(
    4,
    'api_key.created',
    { kind: 'api_key', id: 'key_2', name: 'CI of storefront' },
    { scopes: ['read', 'write', 'run'], kind: 'service' },
  ),
  entry(5, 'sign_in.failed', { kind: 'person', id: 'ada@example.com', name: null }, {}, { kind: 'system', id: '', name: 'system' }),
];

export function device(code: string) {
  return {
    userCode: code,
    machineName: code.startsWith('CLI') ? null : 'workbench',
    status: code.startsWith('OLD') ? 'expired' : 'pending',
    expiresAt: now + 6e5,
  };
}
