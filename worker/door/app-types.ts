import type { AuditEntry, KeyScope, Role } from '@specwright/protocol/people-api.ts';
import type { RunnerSharing } from '@specwright/protocol/runners-api.ts';
import type { Rule } from '../access.ts';
import type { WorkerEnv } from '../environment.ts';

export type { Role };

export interface Membership {
  organisationId: string;
  organisationName: string;
  role: Role;
  /** When the organisation was made. */
  createdAt: number;
}

/** Who calls, whatever the organisation. Of a service's key: the key itself, with the one membership that it stands for. */
export interface Person {
  userId: string;
  name: string;
  email: string;
  /** cookie: a browser. bearer: a session that a device was given. key: an API key. local: the credential of this machine. */
  via: 'cookie' | 'bearer' | 'key' | 'local';
  sessionId: string | null;
  keyId: string | null;
  /** Of a key; null: no key, so everything that the role may. */
  scopes: KeyScope[] | null;
  /** The organisation that the session was switched to. */
  activeOrganisationId: string | null;
  /** Every organisation that they belong to, the first joined first. */
  memberships: Membership[];
}

/** Who calls, and in which organisation: every query names `organisationId`. */
export interface Caller extends Omit<Person, 'memberships' | 'activeOrganisationId'> {
  organisationId: string;
  organisationName: string;
  role: Role;
}

/** A runner whose token was checked. */
export interface RunnerCaller {
  id: string;
  name: string;
  organisationId: string;
  ownerId: string;
  /** For whom it works; with `projects`, also for every run of these. */
  sharing: RunnerSharing;
  projectIds: string[];
}

/** What the path's first parameter names, when the caller may see it. */
export interface Resource {
  kind: 'project' | 'spec' | 'chunk' | 'run' | 'runner';
  id: string;
  organisationId: string;
  /** Null: it belongs to no project. */
  projectId: string | null;
}

/** What a handler knows of a change beyond the route, for the audit log: all optional, never a secret. */
export interface AuditNote {
  action?: string;
  /** Where no organisation was known before: a sign-up, a machine that registers itself. */
  organisationId?: string;
  actor?: AuditEntry['actor'];
  target?: { kind: string; id: string; name?: string | null };
  projectId?: string | null;
  details?: Record<string, unknown>;
}

/**
 * What a request carries through Hono. `person` is set on every route but the public, runner and job ones; `caller` where they are in an
 * organisation, so always where a role is asked for; `runner` on the runners' routes. `audit`: what a handler adds to the log's row;
 * null: this success is not written down.
 */
export interface App {
  Bindings: WorkerEnv;
  Variables: {
    requestId: string;
    rule: Rule;
    person: Person;
    caller: Caller;
    runner: RunnerCaller;
    /** What the path names, by the names in the route. */
    params: Record<string, string>;
    resource: Resource | null;
    audit: AuditNote | null;
  };
}
