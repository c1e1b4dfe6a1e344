import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** People and access. The tables of better-auth hold dates; no token stands here but as a hash. */

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
    /** SHA-256 in hex of the token that the cookie carries. */
    token: text('token').notNull().unique(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    expiresAt: integer('expires_at', { mode: 'timestamp_ms' }).notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    activeOrganizationId: text('active_organization_id'),
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
  (table) => [index('account_user').on(table.userId), index('account_provider').on(table.providerId, table.accountId)],
);

/** `identifier` is kept as SHA-256 in hex: of a password's reset it holds the token. */
export const verification = sqliteTable(
  'verification',
  {
    id: text('id').primaryKey(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: integer('expires_at', { mode: 'timestamp_ms' }).notNull(),
    createdAt: integer('created_at', { mode: 'timestamp_ms' }).notNull(),
    updatedAt: integer('updated_at', { mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [index('verification_identifier').on(table.identifier), index('verification_expires').on(table.expiresAt)],
);

export const organisations = sqliteTable('organisations', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  slug: text('slug').unique(),
  logo: text('logo'),
  metadata: text('metadata'),
  createdAt: integer('created_at', { mode: 'timestamp_ms' }).notNull(),
});

export const members = sqliteTable(
  'members',
  {
    id: text('id').primaryKey(),
    organisationId: text('organisation_id').notNull(),
    userId: text('user_id').notNull(),
    role: text('role', { enum: ['owner', 'admin', 'member', 'viewer'] }).notNull(),
    createdAt: integer('created_at', { mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [uniqueIndex('members_user').on(table.userId, table.organisationId), index('members_organisation').on(table.organisationId)],
);

/** An invitation's token is kept as SHA-256 in hex. Without an e-mail address whoever has the link may accept, once. */
export const invitations = sqliteTable(
  'invitations',
  {
    id: text('id').primaryKey(),
    organisationId: text('organisation_id').notNull(),
    email: text('email'),
    role: text('role', { enum: ['owner', 'admin', 'member', 'viewer'] }).notNull(),
    status: text('status', { enum: ['pending', 'accepted', 'rejected', 'canceled'] }).notNull(),
    tokenHash: text('token_hash').unique(),
    inviterId: text('inviter_id').notNull(),
    acceptedBy: text('accepted_by'),
    expiresAt: integer('expires_at', { mode: 'timestamp_ms' }).notNull(),
    createdAt: integer('created_at', { mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [index('invitations_organisation').on(table.organisationId), index('invitations_email').on(table.email)],
);

/** Keys of persons (reference: the person) and of services (reference: the organisation); `key` is its SHA-256 in hex. */
export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    configId: text('config_id').notNull().default('default'),
    name: text('name'),
    start: text('start'),
    prefix: text('prefix'),
    key: text('key').notNull(),
    referenceId: text('reference_id').notNull(),
    /** Where the key works; a person may belong to several organisations. */
    organisationId: text('organisation_id'),
    createdBy: text('created_by'),
    refillInterval: integer('refill_interval'),
    refillAmount: integer('refill_amount'),
    lastRefillAt: integer('last_refill_at', { mode: 'timestamp_ms' }),
    enabled: integer('enabled', { mode: 'boolean' }).default(true),
    rateLimitEnabled: integer('rate_limit_enabled', { mode: 'boolean' }).default(false),
    rateLimitTimeWindow: integer('rate_limit_time_window'),
    rateLimitMax: integer('rate_limit_max'),
    requestCount: integer('request_count').default(0),
    remaining: integer('remaining'),
    lastRequest: integer('last_request', { mode: 'timestamp_ms' }),
    expiresAt: integer('expires_at', { mode: 'timestamp_ms' }),
    /** The scopes and, of a service's key, its role: JSON. */
    permissions: text('permissions'),
    metadata: text('metadata'),
    createdAt: integer('created_at', { mode: 'timestamp_ms' }).notNull(),
    updatedAt: integer('updated_at', { mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [
    uniqueIndex('api_keys_key').on(table.key),
    index('api_keys_reference').on(table.referenceId),
    index('api_keys_organisation').on(table.organisationId),
    // The plugin forgets ended keys now and then.
    index('api_keys_expires').on(table.expiresAt),
  ],
);

/** A device's request to be let in (RFC 8628); the device's code is kept as SHA-256 in hex. */
export const deviceCodes = sqliteTable('device_codes', {
  id: text('id').primaryKey(),
  deviceCode: text('device_code').notNull().unique(),
  userCode: text('user_code').notNull().unique(),
  userId: text('user_id'),
  expiresAt: integer('expires_at', { mode: 'timestamp_ms' }).notNull(),
  status: text('status').notNull(),
  lastPolledAt: integer('last_polled_at', { mode: 'timestamp_ms' }),
  pollingInterval: integer('polling_interval'),
  clientId: text('client_id'),
  /** "runner <name>" asks for a machine, "cli" for the command line. */
  scope: text('scope'),
});

/** A one-time sign-in link: the token is kept as SHA-256 in hex, and used at most once. */
export const oneTimeLinks = sqliteTable('one_time_links', {
  tokenHash: text('token_hash').primaryKey(),
  organisationId: text('organisation_id').notNull(),
  userId: text('user_id').notNull(),
  expiresAt: integer('expires_at').notNull(),
  usedAt: integer('used_at'),
  createdAt: integer('created_at').notNull(),
});

/** Who did what: one row a change, keyed by the request or the event that made it. */
export const audit = sqliteTable(
  'audit',
  {
    id: text('id').primaryKey(),
    organisationId: text('organisation_id').notNull(),
    actorKind: text('actor_kind', { enum: ['person', 'key', 'runner', 'system'] })
      .notNull()
      .default('person'),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull().default(''),
    /** A noun and a verb: "runner.revoked". */
    action: text('action').notNull(),
    targetKind: text('target_kind').notNull().default(''),
    target: text('target').notNull(),
    targetName: text('target_name'),
    projectId: text('project_id'),
    address: text('address'),
    /** JSON, without secrets. */
    details: text('details').notNull().default('{}'),
    at: integer('at').notNull(),
  },
  (table) => [index('audit_organisation').on(table.organisationId, table.at)],
);
