import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { App } from '../door/app-types.ts';
import { absent, answerError, refused } from '../door/error.ts';
import { guard, trace } from '../door/guard.ts';
import { runnerApi } from '../runner-api/app.ts';
import { auth } from './auth.ts';
import { chunkById } from './chunks.chunk-id.ts';
import { health } from './health.ts';
import { localLinks } from './local.links.ts';
import { localRunners } from './local.runners.ts';
import { localSignIn } from './local.sign-in.ts';
import { localSweep } from './local.sweep.ts';
import { me } from './me.ts';
import { projectSpecsImport } from './projects.project-id.specs.import.ts';
import { projectSpecs } from './projects.project-id.specs.ts';
import { projectById } from './projects.project-id.ts';
import { projects } from './projects.ts';
import { runners } from './runners.ts';
import { runOrders } from './runs.run-id.orders.ts';
import { runSocket } from './runs.run-id.socket.ts';
import { runById } from './runs.run-id.ts';
import { runs } from './runs.ts';
import { specChunks } from './specs.spec-id.chunks.ts';
import { specDuplicate } from './specs.spec-id.duplicate.ts';
import { specExport } from './specs.spec-id.export.ts';
import { specRunAllOrders } from './specs.spec-id.run-all.orders.ts';
import { specRunAll } from './specs.spec-id.run-all.ts';
import { specRuns } from './specs.spec-id.runs.ts';
import { specById } from './specs.spec-id.ts';

const MB = 1024 * 1024;
const tooLarge = { code: 'TOO_LARGE', message: 'The body is larger than this route takes.' } as const;
const limit = (maxSize: number) => bodyLimit({ maxSize, onError: (c) => refused(c as never, tooLarge) });

/** Everything under /api and /runner-api: trace → body limit → guard → route; one door for what goes wrong. */
export const app = new Hono<App>();

app.onError(answerError);
app.notFound((c) => absent(c));
app.use(trace);
app.use(async (c, next) => {
  await next();
  if (c.res.status !== 101 && !c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
});
const small = limit(MB);
const file = limit(6 * MB);
app.use((c, next) => (c.req.path.endsWith('/specs/import') ? file(c, next) : small(c, next)));
app.use(guard);

const people = [
  health,
  auth,
  me,
  localLinks,
  localSignIn,
  localRunners,
  localSweep,
  projects,
  projectById,
  projectSpecs,
  projectSpecsImport,
];
const work = [specById, specExport, specDuplicate, specChunks, chunkById, specRuns, specRunAll, specRunAllOrders];
const running = [runs, runById, runOrders, runSocket, runners, runnerApi];
for (const routes of [...people, ...work, ...running]) app.route('/', routes);
