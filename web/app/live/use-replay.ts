import { foldRun } from '@specwright/protocol/evolve.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import { useEffect, useRef, useState } from 'react';
import type { EventLog } from './event-log.ts';
import type { RunFeed } from './run-feed.ts';

const CHECKPOINT_EVERY = 500;

export type Replay = { state: RunState } | { failed: string } | 'loading' | null;

/** The run as it was at event `at`, folded again from its log; null while the page is live. */
export function useReplay(feed: RunFeed, at: number | null): Replay {
  const [replay, setReplay] = useState<Replay>(null);
  const checkpoints = useRef(new Map<number, RunState>());
  useEffect(() => {
    if (at === null) return setReplay(null);
    let wanted = true;
    setReplay((now) => now ?? 'loading');
    feed
      .load(1, at)
      .then(() => wanted && setReplay({ state: foldTo(feed.current().log, at, checkpoints.current) }))
      .catch(() => wanted && setReplay({ failed: 'The older events could not be read. Is the server still running?' }));
    return () => {
      wanted = false;
    };
  }, [feed, at]);
  return replay;
}

/** Folds 1 to `at`, beginning at the nearest checkpoint below. */
function foldTo(log: EventLog, at: number, checkpoints: Map<number, RunState>): RunState {
  let seq = at - (at % CHECKPOINT_EVERY);
  while (seq > 0 && !checkpoints.has(seq)) seq -= CHECKPOINT_EVERY;
  let state: RunState | null = checkpoints.get(seq) ?? null;
  for (seq = Math.max(0, seq) + 1; seq <= at; seq++) {
    state = foldRun([log.at(seq) as StoredEvent], state);
    if (state && seq % CHECKPOINT_EVERY === 0) checkpoints.set(seq, state);
  }
  return state as RunState;
}
