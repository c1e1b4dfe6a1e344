import type { QueueItem, WorkersPage } from '@specwright/protocol/workers-api.ts';
import { createContext, useContext, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Told } from './deeds.ts';
import { type LiveWorkers, WorkersFeed } from './workers-feed.ts';
import { startWorkers } from './workers-state.ts';

export interface WorkersHandle extends LiveWorkers {
  feed: WorkersFeed;
}

interface UseWorkers {
  page: WorkersPage;
  /** Null: the page only counts. */
  queue: QueueItem[] | null;
  ownId: string;
  /** Must stay the same function. */
  onTold?: (told: Told[]) => void;
}

/** Workers and queues as they are now: begins with what the loader read, goes on by socket. */
export function useWorkers({ page, queue, ownId, onTold }: UseWorkers): WorkersHandle {
  const read = useMemo(() => startWorkers(page, queue ?? []), [page, queue]);
  const counts = queue === null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: one feed a page; newer readings are offered below.
  const feed = useMemo(() => new WorkersFeed(read, { counts, ownId, onTold }), [counts, ownId, onTold]);
  useEffect(() => feed.offer(read), [feed, read]);
  const live = useSyncExternalStore(feed.subscribe, feed.current, feed.current);
  return useMemo(() => ({ ...live, feed }), [live, feed]);
}

/** The slots of all projects, live on every page of the signed in. */
export const SlotsContext = createContext<WorkersHandle | null>(null);

export function useSlots(): WorkersHandle | null {
  return useContext(SlotsContext);
}

/** How a project's slots stand; null: not known. */
export function useProjectSlots(projectId: string) {
  return useSlots()?.projects.find((project) => project.projectId === projectId) ?? null;
}
