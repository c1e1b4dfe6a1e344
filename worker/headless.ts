import { app } from './api/app.ts';
import type { WorkerEnv } from './environment.ts';
import { consumeJobs } from './queue/jobs.ts';
import { sweep } from './scheduled.ts';

export { Dispatch } from '@specwright/durable-objects/dispatch/dispatch.ts';
export { SpecRun } from '@specwright/durable-objects/spec-run/spec-run.ts';

/** The Worker without its pages: for tests. */
export default {
  fetch: (request, env, ctx) => app.fetch(request, env, ctx),
  queue: consumeJobs,
  async scheduled(_controller, env) {
    await sweep(env);
  },
} satisfies ExportedHandler<WorkerEnv>;
