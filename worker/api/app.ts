import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { App } from '../door/app-types.ts';
import { absent, answerError, refused } from '../door/error.ts';
import { guard, trace } from '../door/guard.ts';
import { refuseDeepJson } from '../door/json-depth.ts';
import { runnerApi } from '../runner-api/app.ts';
import { apiKeys } from './api-keys.ts';
import { audit } from './audit.ts';
import { authDevice } from './auth.device.ts';
import { authPasswordReset } from './auth.password-reset.ts';
import { authSignIn } from './auth.sign-in.ts';
import { authSignUp } from './auth.sign-up.ts';
import { chunkById } from './chunks.chunk-id.ts';
import { devices } from './devices.user-code.ts';
import { health } from './health.ts';
import { invitations } from './invitations.ts';
import { localLinks } from './local.links.ts';
import { localRunners } from './local.runners.ts';
import { localSignIn } from './local.sign-in.ts';
import { localSweep } from './local.sweep.ts';
import { mePassword } from './me.password.ts';
import { meSessions } from './me.sessions.ts';
import { me } from './me.ts';
import { organisationInvitations } from './organisation.invitations.ts';
import { organisationMembers } from './organisation.members.ts';
import { organisation } from './organisation.ts';
import { organisations } from './organisations.ts';
import { projectMembersRoutes } from './projects.project-id.members.ts';
import { projectSpecsImport } from './projects.project-id.specs.import.ts';
import { projectSpecsImportTasks } from './projects.project-id.specs.import-tasks.ts';
import { projectSpecs } from './projects.project-id.specs.ts';
import { projectById } from './projects.project-id.ts';
import { projects } from './projects.ts';
import { queueEntry } from './queue.run-id.ts';
import { queue } from './queue.ts';
import { registrationTokenRoutes } from './runners.registration-tokens.ts';
import { runnerCheck } from './runners.runner-id.check.ts';
import { runnerById } from './runners.runner-id.ts';
import { runners } from './runners.ts';
import { runOrders } from './runs.run-id.orders.ts';
import { runSocket } from './runs.run-id.socket.ts';
import { runById } from './runs.run-id.ts';
import { runs } from './runs.ts';
import { signInOptions } from './sign-in-options.ts';
import { specChunks } from './specs.spec-id.chunks.ts';
import { specDuplicate } from './specs.spec-id.duplicate.ts';
import { specExport } from './specs.spec-id.export.ts';
import { specRunAllOrders } from './specs.spec-id.run-all.orders.ts';
import { specRunAll } from './specs.spec-id.run-all.ts';
import { specRuns } from './specs.spec-id.runs.ts';
import { specById } from './specs.spec-id.ts';
import { allWorkers } from './workers.all.ts';
import { workersEvents } from './workers.events.ts';
import { workerById } from './workers.run-id.ts';
import { workersSocket } from './workers.socket.ts';
import { workers } from './workers.ts';
import { workflowDetect } from './workflow.detect.ts';
import { workflowLeft } from './workflow.left.ts';
import { workflowOrders } from './workflow.orchestrate.orders.ts';
import { workflowOrchestrate } from './workflow.orchestrate.ts';

const MB = 1024 * 1024;
const tooLarge = { code: 'TOO_LARGE', message: 'The body is larger than this route takes.' } as const;
const limit = (maxSize: number) => bodyLimit({ maxSize, onError: (c) => refused(c as never, tooLarge) });

/** Everything under /api and /runner-api: trace → body limits → guard → route; one door for what goes wrong. */
export const app = new Hono<App>();

app.onError(answerError);
app.notFound((c) => absent(c));
app.use(trace);
const small = limit(MB);
const file = limit(6 * MB);
const isFile = (path: string) => path.endsWith('/specs/import') || path.startsWith('/runner-api/errands/');
app.use((c, next) => (isFile(c.req.path) ? file(c, next) : small(c, next)));
app.use(refuseDeepJson);
app.use(guard);

const people = [
  ...[health, signInOptions, authSignUp, authSignIn, authPasswordReset, authDevice],
  ...[me, mePassword, meSessions, organisations, organisation, organisationMembers, organisationInvitations, invitations, apiKeys],
  audit,
  localLinks,
  localSignIn,
  localRunners,
  localSweep,
  projects,
  projectById,
  projectMembersRoutes,
  projectSpecs,
  projectSpecsImport,
  projectSpecsImportTasks,
];
const work = [specById, specExport, specDuplicate, specChunks, chunkById, specRuns, specRunAll, specRunAllOrders];
const running = [runs, runById, runOrders, runSocket, runners, registrationTokenRoutes, runnerById, devices, runnerApi];
const sharing = [
  runnerCheck,
  workers,
  allWorkers,
  workersEvents,
  workersSocket,
  workerById,
  queue,
  queueEntry,
  workflowDetect,
  workflowLeft,
  workflowOrchestrate,
  workflowOrders,
];
for (const routes of [...people, ...work, ...running, ...sharing]) app.route('/', routes);
