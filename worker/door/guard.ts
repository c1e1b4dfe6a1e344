import { newId } from '@specwright/protocol/id.ts';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { ACCESS, type Access, mayCall } from '../access.ts';
import { callerOf } from '../people/caller.ts';
import { localCallerOf } from '../people/local-owner.ts';
import { recordAudit } from '../store/audit.ts';
import type { App } from './app-types.ts';
import { absent, refused } from './error.ts';
import { logLine } from './log.ts';
import { changesState, hostRefusal, originRefusal } from './origin.ts';
import { runnerOf } from './runner-token.ts';

/** Gives the request its id and writes its line when it is answered. */
export const trace: MiddlewareHandler<App> = async (c, next) => {
  const startedAt = Date.now();
  c.set('requestId', newId('request'));
  await next();
  if (c.res.status !== 101) c.res.headers.set('x-request-id', c.get('requestId'));
  const { method, path } = routeOf(c);
  logLine('info', { requestId: c.get('requestId'), method, path, status: c.res.status, ms: Date.now() - startedAt });
};

/** Host, who calls, Origin, role: in this order, before any handler. What a stranger may not know of looks absent. */
export const guard: MiddlewareHandler<App> = async (c, next) => {
  const wrongHost = hostRefusal(c.req.raw, c.env);
  if (wrongHost) return refused(c, wrongHost);
  const { method, path } = routeOf(c);
  const access = ACCESS[`${method} ${path}`];
  if (!access) return absent(c);
  c.set('access', access);
  const refusal = await admit(c, access);
  if (refusal) return refusal;
  await next();
  if (changesState(c.req.raw) && c.res.status < 400 && c.get('caller')) c.executionCtx.waitUntil(recordAudit(c, `${method} ${path}`));
};

async function admit(c: Context<App>, access: Access): Promise<Response | null> {
  if (access === 'public') return refusedOrNull(c, originRefusal(c.req.raw, c.env));
  if (access === 'runner') return admitRunner(c);
  const local = await localCallerOf(c.req.raw, c.env);
  if (local) c.set('caller', local);
  if (access === 'local') return local ? null : notSignedIn(c);
  if (local) return null;
  const caller = await callerOf(c.req.raw, c.env);
  if (!caller) return notSignedIn(c);
  c.set('caller', caller);
  const wrongOrigin = originRefusal(c.req.raw, c.env);
  if (wrongOrigin) return refused(c, wrongOrigin);
  return mayCall(caller.role, access)
    ? null
    : refused(c, { code: 'FORBIDDEN', message: `This takes the role ${access}; you are ${caller.role}.` });
}

async function admitRunner(c: Context<App>): Promise<Response | null> {
  const runner = await runnerOf(c.req.raw, c.env);
  if (!runner) return refused(c, { code: 'NOT_SIGNED_IN', message: 'This runner is not known here, or it was revoked.' });
  c.set('runner', runner);
  return null;
}

function notSignedIn(c: Context<App>): Response {
  return refused(c, { code: 'NOT_SIGNED_IN', message: 'Sign in first.' });
}

function refusedOrNull(c: Context<App>, refusal: ReturnType<typeof originRefusal>): Response | null {
  return refusal ? refused(c, refusal) : null;
}

/** The route that will answer: the last one that matched and is not a middleware's. */
function routeOf(c: Context<App>): { method: string; path: string } {
  const route = matchedRoutes(c).findLast(({ method }) => method !== 'ALL');
  return { method: route?.method ?? c.req.method, path: route?.path ?? 'none' };
}
