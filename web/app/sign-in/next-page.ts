/** Where a person is led after signing in: a path of this site, never an address of another. */
export function nextPage(wanted: string | null | undefined): string {
  if (!wanted?.startsWith('/') || /^\/[/\\]/.test(wanted) || /[\u0000-\u001f\\]/.test(wanted)) return '/';
  return wanted;
}

/** The sign-in page, which leads back to the page that was asked for. */
export function signInPath(request: Request): string {
  const { pathname, search } = new URL(request.url);
  const back = nextPage(pathname.replace(/\.data$/, '') + search);
  return request.method !== 'GET' || back === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(back)}`;
}

/** The same door page with the same way back. */
export function withNext(path: string, next: string): string {
  return next === '/' ? path : `${path}?next=${encodeURIComponent(next)}`;
}
