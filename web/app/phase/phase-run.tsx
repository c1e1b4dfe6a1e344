import type { RunState } from '@specwright/protocol/run-state.ts';
import type { RunHandle } from '../live/use-run.ts';
import { ConnectionLine } from '../run/connection-line.tsx';
import { PhaseHead } from './phase-head.tsx';
import { PhasePanel } from './phase-panel.tsx';
import { useWaitingTitle } from './use-waiting-title.ts';

interface PhaseRunProps {
  handle: RunHandle;
  /** The state to show: the live one, or an older one while the log is replayed. */
  run: RunState;
  replaying?: boolean;
}

/** A phase on its run's page. */
export default function PhaseRun({ handle, run, replaying }: PhaseRunProps) {
  useWaitingTitle(handle.run);
  return (
    <div className="grid grid-cols-1 gap-4" data-testid="run-panel" data-status={run.status} data-seq={run.seq}>
      {replaying ? null : <ConnectionLine connection={handle.connection} onReconnect={handle.feed.reconnect} />}
      <PhaseHead handle={handle} run={run} onPage />
      <PhasePanel handle={handle} run={run} replaying={replaying} />
    </div>
  );
}
