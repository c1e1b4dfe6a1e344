import '@remix-run/cloudflare';

declare module '@remix-run/cloudflare' {
  interface AppLoadContext {
    /** The HTTP API of the same Worker, called in process: the same checks as from outside. */
    api: (path: string, init?: RequestInit) => Promise<Response>;
    cspNonce?: string;
  }
  interface Future {
    v3_singleFetch: true;
  }
}
