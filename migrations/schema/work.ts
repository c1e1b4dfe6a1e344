import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** Projects, specs, chunks, and summaries of runs. */

export const projects = sqliteTable(
  'projects',
  {
    id: text('id').primaryKey(),
    organisationId: text('organisation_id').notNull(),
    name: text('name').notNull(),
    repository: text('repository').notNull(),
    settings: text('settings').notNull(),
    /** 1: only owners, admins and the project's members see it. */
    restricted: integer('restricted', { mode: 'boolean' }).notNull().default(false),
    archivedAt: integer('archived_at'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [index('projects_organisation').on(table.organisationId)],
);

/** Who sees a restricted project, beside the organisation's owners and admins. */
export const projectMembers = sqliteTable(
  'project_members',
  {
    organisationId: text('organisation_id').notNull(),
    projectId: text('project_id').notNull(),
    userId: text('user_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.userId] })],
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
    /** The task file that it was made from, as JSON { path, text }: edits leave it, for an export changes only what they changed. */
    sourceTasks: text('source_tasks'),
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
