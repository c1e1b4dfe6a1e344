import type { Resource } from '../door/app-types.ts';
import type { Credential } from './credential.ts';
import { personSql } from './principal-sql.ts';

/** What a path's first parameter names. Others (a member, an invitation, a key) are looked up by their handler, inside the organisation. */
const KINDS: Record<string, Resource['kind']> = {
  projectId: 'project',
  specId: 'spec',
  chunkId: 'chunk',
  runId: 'run',
  runnerId: 'runner',
};

export interface Wanted {
  kind: Resource['kind'];
  id: string;
}

/** The thing that a route's path names first, with its id in this call; null: none that the guard knows. */
export function wantedOf(path: string, params: Record<string, string>): Wanted | null {
  const name = /:(\w+)/.exec(path)?.[1] ?? '';
  const kind = KINDS[name];
  return kind ? { kind, id: params[name] ?? '' } : null;
}

const TABLES = { spec: 'specs', chunk: 'chunks', run: 'runs' } as const;

/** Whose it is, its project, whether that is restricted, and whether this person was chosen for it. ?3 is the id. */
export function resourceSql(credential: Credential, kind: Resource['kind']): string {
  if (kind === 'runner')
    return `SELECT id, organisation_id AS organisationId, NULL AS projectId, 0 AS restricted, 0 AS chosen FROM runners WHERE id = ?3`;
  const chosen = `EXISTS (SELECT 1 FROM project_members c WHERE c.project_id = p.id AND c.user_id = ${personSql(credential)}) AS chosen`;
  const columns = (of: string) => `${of}.id, p.organisation_id AS organisationId, p.id AS projectId, p.restricted, ${chosen}`;
  if (kind === 'project') return `SELECT ${columns('p')} FROM projects p WHERE p.id = ?3`;
  return `SELECT ${columns('x')} FROM ${TABLES[kind]} x JOIN projects p ON p.id = x.project_id AND p.organisation_id = x.organisation_id WHERE x.id = ?3`;
}
