import type { MiddlewareHandler } from 'hono';
import type { App } from './app-types.ts';
import { refused } from './error.ts';

/** No body of ours is nested deeper than a handful. */
const DEEPEST = 32;
/** A shorter text cannot be that deep. */
const SHORTEST = 2 * DEEPEST;

/** Refuses JSON that is nested deeper than any of ours, before anything parses it. */
export const refuseDeepJson: MiddlewareHandler<App> = async (c, next) => {
  const { headers } = c.req.raw;
  const isJson = headers.get('content-type')?.includes('json') ?? false;
  const length = Number(headers.get('content-length') ?? Number.POSITIVE_INFINITY);
  if (isJson && length > SHORTEST && c.req.raw.body !== null && depthOf(await c.req.raw.clone().text()) > DEEPEST)
    return refused(c, { code: 'BAD_REQUEST', message: `The body is nested deeper than ${DEEPEST}.` });
  await next();
};

/** How deep arrays and objects of a JSON text are nested; strings are passed over. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === BRACE || code === BRACKET) deepest = Math.max(deepest, ++depth);
    else if (code === BRACE + 2 || code === BRACKET + 2) depth--;
  }
  return deepest;
}

const QUOTE = 34;
const BACKSLASH = 92;
const BRACKET = 91;
const BRACE = 123;
