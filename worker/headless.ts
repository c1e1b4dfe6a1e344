import { entryOf } from './entry.ts';

export { Dispatch } from '@specwright/durable-objects/dispatch/dispatch.ts';
export { SpecRun } from '@specwright/durable-objects/spec-run/spec-run.ts';

/** The Worker without its pages: for tests. */
export default entryOf(async () => new Response('There are no pages here.', { status: 404 }));
