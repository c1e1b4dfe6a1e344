import { createRequestHandler, type ServerBuild } from '@remix-run/cloudflare';
import { app } from './api/app.ts';
import { HSTS } from './door/guard.ts';
import { buildOf, originOf, type WorkerEnv } from './environment.ts';

type Build = ServerBuild | (() => Promise<ServerBuild>);

/** Answers pages with Remix. Loaders and actions call the API in process, under the same checks as from outside. */
export function pagesOf(build: Build, mode: 'production' | 'development') {
  const render = createRequestHandler(build, mode);
  return async (request: Request, env: WorkerEnv, ctx: ExecutionContext): Promise<Response> => {
    const cspNonce = makeNonce();
    const cookies: string[] = [];
    const response = await render(request as never, { api: apiOf(request, env, ctx, cookies), build: buildOf(env), cspNonce } as never);
    const policy = mode === 'production' ? policyOf(cspNonce, new URL(request.url)) : null;
    return withPolicy(response as unknown as Response, policy, { cookies, isSecure: originOf(env).protocol === 'https:' });
  };
}

/** The API hears where the person is; a session that it renewed is renewed in the browser as well. */
function apiOf(page: Request, env: WorkerEnv, ctx: ExecutionContext, cookies: string[]) {
  const address = page.headers.get('cf-connecting-ip');
  return async (path: string, init?: RequestInit): Promise<Response> => {
    const request = new Request(new URL(path, originOf(env)), init);
    if (address !== null) request.headers.set('cf-connecting-ip', address);
    const answer = await app.fetch(request, env, ctx);
    cookies.push(...answer.headers.getSetCookie());
    return answer;
  };
}

/**
 * Scripts run by nonce only; nobody may frame the pages. No Trusted Types: React 18 makes script elements through innerHTML, and an
 * error page that is drawn in the browser would stay white. In development Vite's own scripts carry
 * none.
 */
function withPolicy(response: Response, policy: string | null, { cookies, isSecure }: { cookies: string[]; isSecure: boolean }): Response {
  const headers = new Headers(response.headers);
  const set = headers.getSetCookie();
  for (const cookie of new Set(cookies)) if (!set.includes(cookie)) headers.append('set-cookie', cookie);
  headers.set('x-content-type-options', 'nosniff');
  headers.set('referrer-policy', 'same-origin');
  headers.set('x-frame-options', 'DENY');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()');
  if (isSecure) headers.set('strict-transport-security', HSTS);
  const html = headers.get('content-type')?.startsWith('text/html') ?? false;
  if (html) headers.set('cache-control', 'no-store');
  if (html && policy) headers.set('content-security-policy', policy);
  return new Response(response.body, { status: response.status, headers });
}

function policyOf(nonce: string, { protocol, host }: URL): string {
  const sockets = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`;
  const rules = [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    // React writes `style` attributes into the page's first HTML (widths, depths): attributes alone, no sheet, can come inline.
    `style-src-attr 'unsafe-inline'`,
    `img-src 'self' data:`,
    `font-src 'self' data:`,
    `connect-src 'self' ${sockets}`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
    `object-src 'none'`,
  ];
  return rules.join('; ');
}

function makeNonce(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18))));
}
