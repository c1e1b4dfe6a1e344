import type { Me } from '@specwright/protocol/api.ts';
import type { Access } from '../access.ts';
import type { WorkerEnv } from '../environment.ts';

export type Role = Me['role'];

/** Who calls, and in which organisation: every query names `organisationId`. */
export interface Caller {
  userId: string;
  name: string;
  email: string;
  organisationId: string;
  organisationName: string;
  role: Role;
  /** cookie: a signed-in person in a browser. local: the credential of this machine. */
  via: 'cookie' | 'local';
}

/** A runner whose token was checked. */
export interface RunnerCaller {
  id: string;
  name: string;
  organisationId: string;
}

/** What a request carries through Hono. `caller` is set on every route but the public ones, `runner` on the runners' routes. */
export interface App {
  Bindings: WorkerEnv;
  Variables: { requestId: string; access: Access; caller: Caller; runner: RunnerCaller };
}
