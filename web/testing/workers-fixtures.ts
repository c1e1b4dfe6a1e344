import type { QueueItem, WorkerEvent, WorkerInfo, WorkersPage } from '@specwright/protocol/workers-api.ts';

/** Made-up workers and queues. */
const now = Date.now();
const ada = { id: 'usr_1', name: 'Ada Lovelace' };
const grace = { id: 'usr_2', name: 'Grace Hopper' };

const working: WorkerInfo = {
  id: 'run_live',
  specId: 'spc_live',
  projectId: 'prj_1',
  specTitle: 'A small money library',
  status: 'running',
  runStatus: 'running',
  currentChunkId: 'chk_round',
  currentChunkTitle: 'Round half to even',
  currentStep: 'executing',
  progress: { current: 3, total: 5, passed: 2, failed: 0 },
  startedAt: now - 184_000,
  activeMs: 120_000,
  activeSince: now - 64_000,
  error: null,
  runner: { id: 'rnr_1', name: 'workbench' },
  costMicros: 184_000,
  startedBy: ada,
  holdsSlot: true,
  wait: null,
};

const items: WorkerInfo[] = [
  working,
  {
    ...working,
    ...{ id: 'run_failed', specTitle: 'Locale tables', runStatus: 'waiting', status: 'paused', currentStep: null, activeSince: null },
    error: { code: 'PROVIDER_LIMIT', message: 'The provider takes no more until 14:30.' },
  },
];

/** Any id has a worker, so that the page of any run can be looked at. */
export function worker(id: string): WorkerInfo {
  return { ...working, id };
}

const slots = { projectId: 'prj_1', projectName: 'money', active: 2, max: 2, fairSharing: true, paused: { by: grace, at: now - 60_000 } };

export const queue: QueueItem[] = ['Exchange rates', 'Receipts', 'Refunds'].map((specTitle, at) => ({
  ...{ id: `run_q${at}`, specId: `spc_q${at}`, projectId: 'prj_1', specTitle, priority: 2 - at, position: at + 1, moved: at === 0 },
  ...{ addedAt: now - 9e5, addedBy: at === 1 ? grace : ada },
  wait: { code: 'slot', message: 'Waiting for a slot: all 2 of the project are in use.', untilAt: null },
}));

const warning = 'All worker slots in use (2/2). New specs will be queued.';
export const page: WorkersPage = {
  items,
  nextCursor: null,
  active: 2,
  max: 2,
  warning,
  organisationMax: 20,
  projects: [{ ...slots, warning }],
};

/** What somebody did, as the socket says it. */
export const update: WorkerEvent = {
  ...{ event: 'queue_updated', seq: null, at: now },
  data: {
    ...{ projectId: 'prj_1', active: 2, max: 2, organisationMax: 20, paused: slots.paused, items: queue },
    by: { actor: grace, did: 'reorder', runId: 'run_q0', specTitle: 'Exchange rates' },
  },
};
