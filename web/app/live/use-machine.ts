import type { RunState } from '@specwright/protocol/run-state.ts';
import { useEffect } from 'react';
import type { EventLog } from './event-log.ts';
import type { RunHandle } from './use-run.ts';

/** The first lease of a run stands among its first events. */
const FIRST_EVENTS = 20;

/** The machine that holds the run, or held it last; null where none ever did, or while that is read. */
export function useMachine({ feed, log }: RunHandle, run: RunState): string | null {
  const name = run.lease?.runnerName ?? lastMachine(log, run.seq);
  const unknown = name === null && run.fence > 0;
  const upTo = run.fence === 1 ? Math.min(FIRST_EVENTS, run.seq) : run.seq;
  useEffect(() => {
    if (unknown) feed.load(1, upTo).catch(() => undefined);
  }, [feed, unknown, upTo]);
  return name;
}

function lastMachine(log: EventLog, to: number): string | null {
  for (let seq = to; seq > 0; seq--) {
    const event = log.at(seq);
    if (event?.kind === 'lease_granted') return event.runnerName;
  }
  return null;
}
