import { newId } from '@specwright/protocol/id.ts';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { ACCESS, type Rule } from '../access.ts';
import { originOf } from '../environment.ts';
import { recordAudit } from '../store/audit.ts';
import { addressOf } from './address.ts';
import { admit } from './admit.ts';
import type { App } from './app-types.ts';
import { absent, refused } from './error.ts';
import { logLine } from './log.ts';
import { hostRefusal } from './origin.ts';
import { recheckPages } from './recheck-pages.ts';

/** Browsers come back by HTTPS alone for a year. */
export const HSTS = 'max-age=31536000; includeSubDomains';

/** Answers that tell of somebody who tried what they may not. */
const REFUSALS = [401, 403, 429];

/** Gives the request its id and writes its line when it is answered; a refused one says who asked, and from where. */
export const trace: MiddlewareHandler<App> = async (c, next) => {
  const startedAt = Date.now();
  c.set('requestId', newId('request'));
  await next();
  if (c.res.status !== 101) secured(c);
  const { method, path } = routeOf(c);
  const { status } = c.res;
  const line = { requestId: c.get('requestId'), method, path, status, ms: Date.now() - startedAt };
  logLine('info', REFUSALS.includes(status) ? { ...line, ...whoOf(c) } : line);
};

/** Host, who calls, Origin, what the path names, role, scope, limits: in this order, before any handler. */
export const guard: MiddlewareHandler<App> = async (c, next) => {
  const wrongHost = hostRefusal(c.req.raw, c.env);
  if (wrongHost) return refused(c, wrongHost);
  const route = routeOf(c);
  const rule = ACCESS[`${route.method} ${route.path}`];
  if (!rule) return absent(c);
  c.set('rule', rule);
  c.set('params', paramsOf(route.path, c.req.path));
  const refusal = await admit(c, rule, route);
  if (refusal) return refused(c, refusal);
  await next();
  if (c.res.status < 400) afterwards(c, rule);
};

function afterwards(c: Context<App>, rule: Rule): void {
  const note = c.get('audit');
  if (rule.audit !== null && note !== null) c.executionCtx.waitUntil(recordAudit(c, rule.audit, note ?? {}));
  if (rule.narrows) c.executionCtx.waitUntil(recheckPages(c));
}

function secured(c: Context<App>): void {
  const { headers } = c.res;
  headers.set('x-request-id', c.get('requestId'));
  headers.set('x-content-type-options', 'nosniff');
  headers.set('content-security-policy', `default-src 'none'; frame-ancestors 'none'`);
  headers.set('cross-origin-resource-policy', 'same-origin');
  headers.set('referrer-policy', 'no-referrer');
  if (originOf(c.env).protocol === 'https:') headers.set('strict-transport-security', HSTS);
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
}

function whoOf(c: Context<App>) {
  const { userId, keyId } = c.get('person') ?? {};
  return { event: 'refused', address: addressOf(c.req.raw), userId, keyId, runnerId: c.get('runner')?.id };
}

/** What the path names, by the route's pattern: a middleware is told nothing of it by the router. */
function paramsOf(pattern: string, path: string): Record<string, string> {
  const values = path.split('/');
  const named = pattern
    .split('/')
    .flatMap((part, at) => (part.startsWith(':') ? [[part.slice(1), decoded(values[at] ?? '')] as const] : []));
  return Object.fromEntries(named);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The route that will answer: the first one that matched and is not a middleware's. */
function routeOf(c: Context<App>): { method: string; path: string } {
  const route = matchedRoutes(c).find(({ method }) => method !== 'ALL');
  return { method: route?.method ?? c.req.method, path: route?.path ?? 'none' };
}
