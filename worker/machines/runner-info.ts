import type { LiveRunner } from '@specwright/durable-objects/dispatch/runner-state.ts';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import type { RunnerRow } from '../store/runners.ts';

/** A machine for people: who it is from D1, how it is from dispatch. What lies in projects that are hidden from this person is left out. */
export function runnerInfo(row: RunnerRow, live: LiveRunner | undefined, hidden: Set<string>): RunnerInfo {
  const { id, name, labels, note, sharing, paused, draining } = row;
  const now = live ?? sleeping(row);
  const seen = (projectId: string) => !hidden.has(projectId);
  return {
    ...now,
    ...{ id, name, labels, note, sharing, paused, draining, owner: { id: row.ownerId, name: row.ownerName } },
    lastSeenAt: Math.max(row.lastSeenAt ?? 0, now.lastSeenAt ?? 0) || null,
    repositories: row.repositories,
    projectIds: row.projectIds.filter(seen),
    jobs: now.jobs.filter((job) => seen(job.projectId)),
  };
}

/** A machine that dispatch has not heard of. */
function sleeping({ id, lastSeenAt, version, slots, repositories, found }: RunnerRow): LiveRunner {
  const known = { id, lastSeenAt, version, slots, repositories, found };
  return { ...known, status: 'offline', online: false, offlineSince: lastSeenAt, load: null, jobs: [], faults: [] };
}
