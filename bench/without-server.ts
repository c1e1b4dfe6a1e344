import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Job } from '@specwright/protocol/job.ts';
import { DEFAULT_RUN_SETTINGS } from '@specwright/protocol/run-plan.ts';
import type { Granted } from '@specwright/protocol/runner-down.ts';
import { NO_USAGE } from '@specwright/protocol/usage.ts';
import { makeOpenCrew } from '../runner/agents/open-crew.ts';
import { readDurations } from '../runner/durations.ts';
import type { JobContext } from '../runner/job/job-context.ts';
import { makeMask } from '../runner/job/mask.ts';
import { runJob } from '../runner/job/run-job.ts';
import { makePlace } from '../runner/session/make-place.ts';

const RUN = 'run_00000000000000000000000000000001';

/**
 * The same steps on the same repository (clone, worktree, agents, checks, review, git, publishing), one job after the
 * other in this process: no server, no socket, no journal, no log. Milliseconds.
 */
export async function timeWithoutServer(path: string, chunks: number): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'specwright-bench-'));
  const durations = readDurations({});
  const openCrew = makeOpenCrew({ environment: process.env, found: [], durations });
  const never = new AbortController().signal;
  const startedAt = performance.now();
  const made = await makePlace({
    dataDir,
    lifeId: 'bench',
    durations,
    env: process.env,
    openCrew,
    links: null,
    granted: grant(path),
    signal: never,
  });
  if (!made.ok) throw new Error(JSON.stringify(made.fact));
  const { place } = made;
  const publisher = made.publisher({ mayPublish: () => true, onTrouble: () => {} });
  let head = made.head;
  for (let index = 0; index < chunks; index++) {
    const context: JobContext = {
      job: job(`c${index}`, head),
      place,
      attempt: {
        snapshot: null,
        diff: null,
        checks: [],
        verdict: null,
        commit: null,
        summary: '',
        executorUsage: NO_USAGE,
        reviewerUsage: NO_USAGE,
      },
      durations,
      env: process.env,
      mask: makeMask({}),
      report(fact) {
        if (fact.kind === 'job_ended' && fact.result !== 'passed') throw new Error(fact.message);
      },
      stream: () => {},
      isWatched: () => false,
      signal: never,
      mayMoveBranch: async () => true,
      async onPromoted(commit, objects) {
        await publisher.publish(commit, { from: head, objects });
        head = commit;
      },
    };
    await runJob(context, async () => {});
  }
  const took = performance.now() - startedAt;
  await publisher.close();
  place.refs.close();
  await place.crew.close();
  return took;
}

function grant(path: string): Granted {
  const repository = { kind: 'path' as const, path, defaultBranch: null };
  const run = {
    id: RUN,
    projectId: 'p',
    organisationId: 'o',
    specTitle: 'Bench',
    repository,
    branch: 'specwright/bench',
    startFrom: null,
    head: null,
  };
  return { type: 'granted', leaseId: 'bench', fence: 1, leaseMs: 60_000, received: {}, run: { ...run, settings: DEFAULT_RUN_SETTINGS } };
}

function job(key: string, baseCommit: string): Job {
  return {
    id: `${RUN}/${key}/1`,
    runId: RUN,
    chunkId: key,
    rootChunkId: key,
    fence: 1,
    attempt: 1,
    maxAttempts: 3,
    kind: 'do',
    title: key,
    key,
    baseCommit,
    continueFrom: null,
    spec: { title: 'Bench', text: '' },
    text: { description: '', acceptanceCriteria: ['the file is there'] },
    context: [],
    feedback: [],
    limits: { costMicros: null, tokens: null },
  };
}
