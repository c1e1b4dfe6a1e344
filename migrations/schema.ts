import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/**
 * The D1 schema. Times are integer Unix milliseconds; JSON is kept as text. Every row but those of better-auth (a person
 * may be in several organisations) names its organisation. Made from this: the flat .sql files beside it (`pnpm generate`).
 */

export const user = sqliteTable('user', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  email: text('email').notNull().unique(),
  emailVerified: integer('email_verified', { mode: 'boolean' }).notNull().default(false),
  image: text('image'),
  createdAt: integer('created_at', { mode: 'timestamp_ms' }).notNull(),
  updatedAt: integer('updated_at', { mode: 'timestamp_ms' }).notNull(),
});

export const session = sqliteTable(
  'session',
  {
    id: text('id').primaryKey(),
    token: text('token').notNull().unique(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    expiresAt: integer('expires_at', { mode: 'timestamp_ms' }).notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    createdAt: integer('created_at', { mode: 'timestamp_ms' }).notNull(),
    updatedAt: integer('updated_at', { mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [index('session_user').on(table.userId)],
);

export const account = sqliteTable(
  'account',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: integer('access_token_expires_at', { mode: 'timestamp_ms' }),
    refreshTokenExpiresAt: integer('refresh_token_expires_at', { mode: 'timestamp_ms' }),
    scope: text('scope'),
    password: text('password'),
    createdAt: integer('created_at', { mode: 'timestamp_ms' }).notNull(),
    updatedAt: integer('updated_at', { mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [index('account_user').on(table.userId)],
);

export const verification = sqliteTable('verification', {
  id: text('id').primaryKey(),
  identifier: text('identifier').notNull(),
  value: text('value').notNull(),
  expiresAt: integer('expires_at', { mode: 'timestamp_ms' }).notNull(),
  createdAt: integer('created_at', { mode: 'timestamp_ms' }).notNull(),
  updatedAt: integer('updated_at', { mode: 'timestamp_ms' }).notNull(),
});

export const organisations = sqliteTable('organisations', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  createdAt: integer('created_at').notNull(),
});

export const members = sqliteTable(
  'members',
  {
    organisationId: text('organisation_id').notNull(),
    userId: text('user_id').notNull(),
    role: text('role', { enum: ['owner', 'admin', 'member', 'viewer'] }).notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.organisationId] })],
);

export const projects = sqliteTable(
  'projects',
  {
    id: text('id').primaryKey(),
    organisationId: text('organisation_id').notNull(),
    name: text('name').notNull(),
    repository: text('repository').notNull(),
    settings: text('settings').notNull(),
    archivedAt: integer('archived_at'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [index('projects_organisation').on(table.organisationId)],
);

export const specs = sqliteTable(
  'specs',
  {
    id: text('id').primaryKey(),
    organisationId: text('organisation_id').notNull(),
    projectId: text('project_id').notNull(),
    title: text('title').notNull(),
    text: text('text').notNull(),
    /** draft and ready are set with edits; everything else by the run. */
    status: text('status').notNull(),
    version: integer('version').notNull(),
    /** The imported file, byte for byte, until something of the spec is edited; null from then on. */
    sourceMarkdown: text('source_markdown'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [index('specs_project').on(table.projectId)],
);

/** What a spec said at each version: a row is written with each change, never changed. */
export const specVersions = sqliteTable(
  'spec_versions',
  {
    organisationId: text('organisation_id').notNull(),
    specId: text('spec_id').notNull(),
    version: integer('version').notNull(),
    title: text('title').notNull(),
    text: text('text').notNull(),
    savedBy: text('saved_by'),
    savedAt: integer('saved_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.specId, table.version] })],
);

/** The plan's columns are written by people; `status` to `projected_seq` by the run that carries the chunk out. */
export const chunks = sqliteTable(
  'chunks',
  {
    id: text('id').primaryKey(),
    organisationId: text('organisation_id').notNull(),
    projectId: text('project_id').notNull(),
    specId: text('spec_id').notNull(),
    key: text('key').notNull(),
    position: integer('position').notNull(),
    title: text('title').notNull(),
    description: text('description').notNull(),
    acceptanceCriteria: text('acceptance_criteria').notNull(),
    dependsOn: text('depends_on').notNull(),
    status: text('status').notNull().default('pending'),
    summary: text('summary'),
    verdict: text('verdict'),
    commitSha: text('commit_sha'),
    inputTokens: integer('input_tokens').notNull().default(0),
    outputTokens: integer('output_tokens').notNull().default(0),
    cachedTokens: integer('cached_tokens').notNull().default(0),
    costMicros: integer('cost_micros').default(0),
    steps: integer('steps').notNull().default(0),
    durationMs: integer('duration_ms').notNull().default(0),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    runId: text('run_id'),
    projectedSeq: integer('projected_seq').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [uniqueIndex('chunks_key').on(table.specId, table.key)],
);

/** A run's summary, written by that run alone `where projected_seq < new`; the Worker only makes its first row. */
export const runs = sqliteTable(
  'runs',
  {
    id: text('id').primaryKey(),
    organisationId: text('organisation_id').notNull(),
    projectId: text('project_id').notNull(),
    specId: text('spec_id').notNull(),
    specTitle: text('spec_title').notNull(),
    status: text('status').notNull(),
    reasonCode: text('reason_code'),
    reasonMessage: text('reason_message'),
    fault: text('fault'),
    branch: text('branch').notNull(),
    runnerName: text('runner_name'),
    currentChunkId: text('current_chunk_id'),
    currentStep: text('current_step'),
    progressCurrent: integer('progress_current').notNull().default(0),
    progressTotal: integer('progress_total').notNull().default(0),
    progressPassed: integer('progress_passed').notNull().default(0),
    progressFailed: integer('progress_failed').notNull().default(0),
    fixes: integer('fixes').notNull().default(0),
    inputTokens: integer('input_tokens').notNull().default(0),
    outputTokens: integer('output_tokens').notNull().default(0),
    cachedTokens: integer('cached_tokens').notNull().default(0),
    costMicros: integer('cost_micros').default(0),
    steps: integer('steps').notNull().default(0),
    activeMs: integer('active_ms').notNull().default(0),
    startedBy: text('started_by'),
    createdAt: integer('created_at').notNull(),
    endedAt: integer('ended_at'),
    updatedAt: integer('updated_at').notNull(),
    atRest: integer('at_rest').notNull().default(0),
    projectedSeq: integer('projected_seq').notNull().default(0),
  },
  (table) => [
    index('runs_spec').on(table.specId),
    index('runs_project').on(table.projectId),
    index('runs_organisation').on(table.organisationId),
  ],
);

/** One row an attempt, keyed by its job: settled once. */
export const usage = sqliteTable(
  'usage',
  {
    jobId: text('job_id').primaryKey(),
    organisationId: text('organisation_id').notNull(),
    projectId: text('project_id').notNull(),
    specId: text('spec_id').notNull(),
    runId: text('run_id').notNull(),
    chunkId: text('chunk_id').notNull(),
    attempt: integer('attempt').notNull(),
    agent: text('agent'),
    model: text('model'),
    inputTokens: integer('input_tokens').notNull().default(0),
    outputTokens: integer('output_tokens').notNull().default(0),
    cachedTokens: integer('cached_tokens').notNull().default(0),
    costMicros: integer('cost_micros').default(0),
    steps: integer('steps').notNull().default(0),
    durationMs: integer('duration_ms').notNull().default(0),
    result: text('result').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [index('usage_run').on(table.runId)],
);

/** A runner's token is kept as SHA-256 in hex. A revoked runner's row stays, for the audit. */
export const runners = sqliteTable(
  'runners',
  {
    id: text('id').primaryKey(),
    organisationId: text('organisation_id').notNull(),
    name: text('name').notNull(),
    tokenHash: text('token_hash').notNull().unique(),
    ownerId: text('owner_id').notNull(),
    version: text('version'),
    slots: integer('slots').notNull().default(1),
    found: text('found').notNull().default('[]'),
    lastSeenAt: integer('last_seen_at'),
    revokedAt: integer('revoked_at'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [uniqueIndex('runners_name').on(table.organisationId, table.name)],
);

/** A one-time sign-in link: the token is kept as SHA-256 in hex, and used at most once. */
export const oneTimeLinks = sqliteTable('one_time_links', {
  tokenHash: text('token_hash').primaryKey(),
  organisationId: text('organisation_id').notNull(),
  userId: text('user_id').notNull(),
  expiresAt: integer('expires_at').notNull(),
  usedAt: integer('used_at'),
  createdAt: integer('created_at').notNull(),
});

/** The answer that a call with an Idempotency-Key got; status 0 while it is being made. */
export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    organisationId: text('organisation_id').notNull(),
    userId: text('user_id').notNull(),
    key: text('key').notNull(),
    /** What the call was, so that a key is not taken for another call. */
    fingerprint: text('fingerprint').notNull(),
    status: integer('status').notNull().default(0),
    body: text('body'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organisationId, table.userId, table.key] })],
);

/** Who did what: one row a change, keyed by the request that made it. */
export const audit = sqliteTable(
  'audit',
  {
    id: text('id').primaryKey(),
    organisationId: text('organisation_id').notNull(),
    actorId: text('actor_id').notNull(),
    action: text('action').notNull(),
    target: text('target').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [index('audit_organisation').on(table.organisationId)],
);
