import type { ServerBuild } from '@remix-run/cloudflare';
import * as build from '../web/build/server/index.js';
import { entryOf } from './entry.ts';
import { pagesOf } from './pages.ts';

export { Dispatch } from '@specwright/durable-objects/dispatch/dispatch.ts';
export { SpecRun } from '@specwright/durable-objects/spec-run/spec-run.ts';

export default entryOf(pagesOf(build as unknown as ServerBuild, 'production'));
