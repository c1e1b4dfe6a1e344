import { app } from './api/app.ts';
import type { WorkerEnv } from './environment.ts';
import { consumeJobs } from './queue/jobs.ts';
import { sweep } from './scheduled.ts';
import { forgetExpired } from './store/expired.ts';

type Pages = (request: Request, env: WorkerEnv, ctx: ExecutionContext) => Promise<Response>;

/** Joins what comes to the Worker: calls, pages, queue messages, the clock. */
export function entryOf(pages: Pages) {
  return {
    async fetch(request, env, ctx) {
      const { pathname } = new URL(request.url);
      const forApi = pathname.startsWith('/api/') || pathname.startsWith('/runner-api/');
      return forApi ? app.fetch(request, env, ctx) : pages(request as never, env, ctx);
    },
    queue: consumeJobs,
    async scheduled(controller, env) {
      await sweep(env);
      if (new Date(controller.scheduledTime).getUTCMinutes() === 0) await forgetExpired(env.DB, controller.scheduledTime);
    },
  } satisfies ExportedHandler<WorkerEnv>;
}
