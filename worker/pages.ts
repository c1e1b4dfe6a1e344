import { createRequestHandler, type ServerBuild } from '@remix-run/cloudflare';
import { app } from './api/app.ts';
import { buildOf, originOf, type WorkerEnv } from './environment.ts';

type Build = ServerBuild | (() => Promise<ServerBuild>);

/** Answers pages with Remix. Loaders and actions call the API in process, under the same checks as from outside. */
export function pagesOf(build: Build, mode: 'production' | 'development') {
  const render = createRequestHandler(build, mode);
  return async (request: Request, env: WorkerEnv, ctx: ExecutionContext): Promise<Response> => {
    const cspNonce = makeNonce();
    const response = await render(request as never, { api: apiOf(env, ctx), build: buildOf(env), cspNonce } as never);
    const policy = mode === 'production' ? policyOf(cspNonce, new URL(request.url)) : null;
    return withPolicy(response as unknown as Response, policy);
  };
}

function apiOf(env: WorkerEnv, ctx: ExecutionContext) {
  return async (path: string, init?: RequestInit): Promise<Response> =>
    app.fetch(new Request(new URL(path, originOf(env)), init), env, ctx);
}

/** Scripts run by nonce only; nobody may frame the pages. In development Vite's own scripts carry none. */
function withPolicy(response: Response, policy: string | null): Response {
  const headers = new Headers(response.headers);
  headers.set('x-content-type-options', 'nosniff');
  headers.set('referrer-policy', 'same-origin');
  headers.set('x-frame-options', 'DENY');
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
    `style-src 'self' 'unsafe-inline'`,
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
