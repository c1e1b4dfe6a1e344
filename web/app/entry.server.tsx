import type { AppLoadContext, EntryContext } from '@remix-run/cloudflare';
import { RemixServer } from '@remix-run/react';
import { isbot } from 'isbot';
import { renderToReadableStream } from 'react-dom/server';
import { NonceContext } from './server/nonce.ts';

const ABORT_AFTER_MS = 10_000;
/** A moment after the loaders were given up, so that their absence is still drawn. */
const END_AFTER_MS = ABORT_AFTER_MS + 1000;

export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
  loadContext: AppLoadContext,
): Promise<Response> {
  let answer = status;
  const nonce = loadContext.cspNonce;
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), END_AFTER_MS);
  const body = await renderToReadableStream(
    <NonceContext.Provider value={nonce}>
      <RemixServer context={remixContext} url={request.url} abortDelay={ABORT_AFTER_MS} nonce={nonce} />
    </NonceContext.Provider>,
    {
      nonce,
      signal: giveUp.signal,
      onError(error: unknown) {
        console.error(error);
        answer = 500;
      },
    },
  );
  const whole = body.allReady.finally(() => clearTimeout(timer));
  whole.catch(() => undefined);
  if (isbot(request.headers.get('user-agent') ?? '')) await whole;
  headers.set('content-type', 'text/html; charset=utf-8');
  return new Response(body, { headers, status: answer });
}
