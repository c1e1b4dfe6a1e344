import { useEffect, useRef, useState } from 'react';
import type { RunHandle } from '../live/use-run.ts';
import { foldWaterfall, startWaterfall, type Waterfall } from './waterfall.ts';

export interface WaterfallHandle {
  fall: Waterfall;
  /** Older events are still being read. */
  reading: boolean;
  problem: string | null;
}

/** The run's waterfall: reads the events that are not here yet, and goes on with each that comes. */
export function useWaterfall({ feed, log, logVersion, run }: RunHandle): WaterfallHandle {
  const fall = useRef(startWaterfall());
  const [problem, setProblem] = useState<string | null>(null);
  const reading = fallBehind(fall.current, log, run.seq) > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for what is missing; what comes later comes by socket.
  useEffect(() => {
    if (!reading) return;
    feed.load(1, run.seq).then(
      () => setProblem(null),
      () => setProblem('The older events could not be read. Is the server still running?'),
    );
  }, [feed, reading]);
  void logVersion;
  return { fall: fall.current, reading, problem };
}

/** Folds what the log holds, and says how much it lacks. */
function fallBehind(fall: Waterfall, log: RunHandle['log'], to: number): number {
  for (let seq = fall.seen + 1; seq <= to; seq++) {
    const event = log.at(seq);
    if (event === undefined) break;
    foldWaterfall(fall, event);
  }
  return to - fall.seen;
}
