import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** Machines that carry out runs. */

/** A runner proves itself with its private key; here is the public half. A revoked runner's row stays, for the audit. */
export const runners = sqliteTable(
  'runners',
  {
    id: text('id').primaryKey(),
    organisationId: text('organisation_id').notNull(),
    name: text('name').notNull(),
    /** Ed25519, the raw 32 bytes in base64url. */
    publicKey: text('public_key').notNull().default(''),
    ownerId: text('owner_id').notNull(),
    /** Who may be given its time: see RUNNER_SHARING. */
    sharing: text('sharing', { enum: ['owner', 'projects', 'organisation'] })
      .notNull()
      .default('owner'),
    labels: text('labels').notNull().default('[]'),
    note: text('note'),
    paused: integer('paused', { mode: 'boolean' }).notNull().default(false),
    draining: integer('draining', { mode: 'boolean' }).notNull().default(false),
    version: text('version'),
    slots: integer('slots').notNull().default(1),
    found: text('found').notNull().default('[]'),
    /** JSON of the linked repositories; null: it serves all. */
    repositories: text('repositories'),
    lastSeenAt: integer('last_seen_at'),
    revokedAt: integer('revoked_at'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [uniqueIndex('runners_name').on(table.organisationId, table.name)],
);

/** The projects that a machine is shared with. */
export const runnerProjects = sqliteTable(
  'runner_projects',
  {
    organisationId: text('organisation_id').notNull(),
    runnerId: text('runner_id').notNull(),
    projectId: text('project_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runnerId, table.projectId] })],
);

/** Lets one machine register without a person: kept as SHA-256 in hex, good once and for one hour. */
export const registrationTokens = sqliteTable(
  'registration_tokens',
  {
    id: text('id').primaryKey(),
    organisationId: text('organisation_id').notNull(),
    tokenHash: text('token_hash').notNull().unique(),
    labels: text('labels').notNull().default('[]'),
    sharing: text('sharing', { enum: ['owner', 'projects', 'organisation'] }).notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    usedAt: integer('used_at'),
    runnerId: text('runner_id'),
  },
  (table) => [index('registration_tokens_organisation').on(table.organisationId)],
);
