import { useRouteLoaderData } from '@remix-run/react';
import type { Me, RunView } from '@specwright/protocol/api.ts';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { type LiveRun, RunFeed } from './run-feed.ts';

export interface RunHandle extends LiveRun {
  feed: RunFeed;
}

const nothing = () => () => undefined;

/** A run as it is now: begins with what the loader read, goes on by socket. Null while there is no run. */
export function useRun(view: RunView | null): RunHandle | null {
  const build = useRouteLoaderData<{ me: Me }>('routes/_app')?.me.build ?? '';
  const runId = view?.state.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: one feed a run; newer views are offered below.
  const feed = useMemo(() => (view ? new RunFeed(view, build) : null), [runId]);
  useEffect(() => {
    if (view && feed) feed.offer(view);
  }, [feed, view]);
  const live = useSyncExternalStore(feed?.subscribe ?? nothing, feed ? feed.current : noRun, feed ? feed.current : noRun);
  return useMemo(() => (feed && live ? { ...live, feed } : null), [feed, live]);
}

function noRun(): null {
  return null;
}
