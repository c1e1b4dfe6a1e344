import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { isId, runOfJob } from '@specwright/protocol/id.ts';
import type { Context } from 'hono';
import { isRole, mayCall, type Rule } from '../access.ts';
import type { WorkerEnv } from '../environment.ts';
import { callerIn, type Found, findCaller, type ResourceRow, seen } from '../people/caller.ts';
import { type Credential, credentialOf } from '../people/credential.ts';
import { type Wanted, wantedOf } from '../people/resource-sql.ts';
import { renewedCookie } from '../people/session-cookie.ts';
import { findProjectRow } from '../store/projects.ts';
import type { App, Caller } from './app-types.ts';
import { ABSENT } from './error.ts';
import { guessLimit, personLimit, publicLimit, runnerLimit } from './limits.ts';
import { cookieRefusal, publicRefusal } from './origin.ts';
import { runnerOf } from './runner-token.ts';
import { bearerOf } from './secret.ts';

const NOT_SIGNED_IN = refuse('NOT_SIGNED_IN', 'Sign in first.');
const UNKNOWN_RUNNER = refuse('NOT_SIGNED_IN', 'This runner is not known here, or it was revoked.');
const UNKNOWN_JOB = refuse('NOT_SIGNED_IN', 'This is not the credential of a job that is out.');
const KEYLESS = refuse('FORBIDDEN', 'An API key may not do this: sign in.');

/** Asks the table's rule of one call. Null lets it in, with who calls, and what the path names, in the context. */
export function admit(c: Context<App>, rule: Rule, route: { method: string; path: string }): Promise<Refusal | null> {
  if (rule.who === 'public') return admitAnybody(c, rule, route.path);
  if (rule.who === 'runner') return admitRunner(c);
  if (rule.who === 'job') return admitJob(c);
  return admitPerson(c, rule, route.path);
}

async function admitAnybody(c: Context<App>, rule: Rule, path: string): Promise<Refusal | null> {
  return publicRefusal(c.req.raw, c.env) ?? publicLimit(c, c.req.raw, rule.limit, path);
}

async function admitRunner(c: Context<App>): Promise<Refusal | null> {
  const runner = await runnerOf(c.req.raw, c.env);
  if (!runner) return (await guessLimit(c.req.raw, c.env)) ?? UNKNOWN_RUNNER;
  c.set('runner', runner);
  return runnerLimit(c, runner.id);
}

/** The credential went out with the job; the run's object alone knows it, and whether the job is still out. */
async function admitJob(c: Context<App>): Promise<Refusal | null> {
  const jobId = c.get('params').jobId ?? '';
  const runId = runOfJob(jobId);
  const credential = bearerOf(c.req.raw);
  const isGood = runId !== null && credential !== null && (await runPort(c.env, runId).jobMayUpload(jobId, credential));
  return isGood ? runnerLimit(c, runId) : ((await guessLimit(c.req.raw, c.env)) ?? UNKNOWN_JOB);
}

async function admitPerson(c: Context<App>, rule: Rule, path: string): Promise<Refusal | null> {
  const credential = await credentialOf(c.req.raw, c.env);
  const isCookie = credential?.kind === 'session' && credential.via === 'cookie';
  if (!credential || (rule.who === 'local' && credential.kind !== 'local')) return NOT_SIGNED_IN;
  const wanted = wantedOf(path, c.get('params'));
  const found = await lookUp(c.env, credential, wanted);
  if (!found) return (await guessLimit(c.req.raw, c.env)) ?? NOT_SIGNED_IN;
  keepAlive(c, found, isCookie);
  c.set('person', found.person);
  const refusal = (isCookie ? cookieRefusal(c.req.raw, c.env) : null) ?? placeRefusal(c, rule, wanted, found);
  if (refusal) return refusal;
  const { userId, keyId, via } = found.person;
  return personLimit(c, rule.limit, { userId, keyId, via, organisationId: c.get('caller')?.organisationId ?? null, route: path });
}

/** First what the path names, as an absent thing tells nothing; then the role and the key's scope. */
function placeRefusal(c: Context<App>, rule: Rule, wanted: Wanted | null, { person, row }: Found): Refusal | null {
  const resource = wanted && seen(person, wanted, row);
  c.set('resource', resource);
  const caller = callerIn(person, resource?.organisationId ?? null);
  if (caller) c.set('caller', caller);
  if (rule.who === 'person') return scopeRefusal(rule, person.scopes);
  if (!caller) return refuse('FORBIDDEN', 'You belong to no organisation yet. Make one, or ask for an invitation.');
  if (wanted && !resource) return ABSENT;
  return scopeRefusal(rule, person.scopes) ?? roleRefusal(rule, caller);
}

function roleRefusal({ who }: Rule, { role }: Caller): Refusal | null {
  if (!isRole(who) || mayCall(role, who)) return null;
  return refuse('FORBIDDEN', `This takes the role ${who}; you are ${role}.`);
}

function scopeRefusal({ scope }: Rule, scopes: string[] | null): Refusal | null {
  if (scopes === null) return null;
  if (scope === null) return KEYLESS;
  return scopes.includes(scope) ? null : refuse('FORBIDDEN', `This takes a key with the scope ${scope}.`);
}

async function lookUp(env: WorkerEnv, credential: Credential, wanted: Wanted | null): Promise<Found | null> {
  const now = Date.now();
  const found = await findCaller(env, credential, wanted, now);
  if (!found || found.row || wanted?.kind !== 'run' || !isYoung(wanted.id, now)) return found;
  return { ...found, row: await youngRun(env, wanted.id, found) };
}

/** A run is at work, and may be asked for, a moment before D1 has its first row; only that young is it asked itself. */
const YOUNG_MS = 60_000;

/** The first 48 bits of a UUIDv7 are its time. */
function isYoung(runId: string, now: number): boolean {
  return isId('run', runId) && now - Number.parseInt(runId.slice(4, 16), 16) < YOUNG_MS;
}

async function youngRun(env: WorkerEnv, runId: string, { person }: Found): Promise<ResourceRow | null> {
  const state = (await runPort(env, runId).view())?.state;
  const project = state && (await findProjectRow(env.DB, state, person.userId));
  return project ? { ...project, id: runId } : null;
}

function keepAlive(c: Context<App>, { touch, renewed }: Found, isCookie: boolean): void {
  if (touch) c.executionCtx.waitUntil(touch.run());
  if (renewed && isCookie) c.header('set-cookie', renewedCookie(c.req.raw, c.env), { append: true });
}
