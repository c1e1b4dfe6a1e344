import type { ServerBuild } from '@remix-run/cloudflare';
import { entryOf } from './entry.ts';
import { pagesOf } from './pages.ts';

export { Dispatch } from '@specwright/durable-objects/dispatch/dispatch.ts';
export { SpecRun } from '@specwright/durable-objects/spec-run/spec-run.ts';

/** The entry for `npm run dev`: the pages come from the Vite plugin, and change while it runs. */
export default entryOf(
  // @ts-expect-error The module exists in Vite only.
  pagesOf(async () => (await import('virtual:remix/server-build')) as ServerBuild, 'development'),
);
