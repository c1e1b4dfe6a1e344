import type { ShouldRevalidateFunction } from '@remix-run/react';

/**
 * For the page of a thing that can be destroyed: it is not read again after it was, or a "not found" would stand where the page leads
 * away by itself.
 */
export function notAfter(destroyed: string): ShouldRevalidateFunction {
  return ({ json, actionResult, defaultShouldRevalidate }) => {
    const wish = json as { intent?: string } | undefined;
    const gone = wish?.intent === destroyed && (actionResult as { ok?: boolean } | undefined)?.ok === true;
    return gone ? false : defaultShouldRevalidate;
  };
}
