import type { vitePlugin } from '@remix-run/dev';

/** Shared by the build and the development server, so that both speak the same flavour of Remix. */
export const remixOptions: Parameters<typeof vitePlugin>[0] = {
  ignoredRouteFiles: ['**/*.test.*'],
  future: {
    v3_fetcherPersist: true,
    v3_lazyRouteDiscovery: true,
    v3_relativeSplatPath: true,
    v3_routeConfig: true,
    v3_singleFetch: true,
    v3_throwAbortReason: true,
  },
};
