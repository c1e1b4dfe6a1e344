import { useRouteLoaderData } from '@remix-run/react';
import type { RunState } from '@specwright/protocol/run-state.ts';
import type { RunHandle } from '../live/use-run.ts';
import { PhaseRunLater } from '../phase/phase-later.tsx';
import type { ShellData } from '../shell/shell.tsx';
import { Notice } from '../ui/surface.tsx';
import { QuotaText } from '../workers/wait-text.tsx';
import { ConnectionLine } from './connection-line.tsx';
import { FailureNotice, OverLimit } from './failure-notice.tsx';
import { ItemList } from './item-list.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { RunFacts } from './run-facts.tsx';
import { quotaOf, whyResting } from './run-outline.ts';
import { Totals } from './totals.tsx';

interface RunPanelProps {
  handle: RunHandle;
  /** The state to show: the live one, or an older one while the log is replayed. */
  run: RunState;
  replaying?: boolean;
}

/** All that can be seen of a run: how far it is, why it waits, each chunk with its attempts, what the agent does now. */
export function RunPanel(props: RunPanelProps) {
  return props.run.phase ? <PhaseRunLater {...props} /> : <ChunksPanel {...props} />;
}

function ChunksPanel({ handle, run, replaying }: RunPanelProps) {
  const reason = whyResting(run);
  const quota = quotaOf(run);
  const anyMachine = useRouteLoaderData<ShellData>('routes/_app')?.runners.some((runner) => runner.online) ?? true;
  return (
    <div className="grid grid-cols-1 gap-4" data-testid="run-panel" data-status={run.status} data-seq={run.seq}>
      {replaying ? null : <ConnectionLine connection={handle.connection} onReconnect={handle.feed.reconnect} />}
      <ProgressBar run={run} />
      {reason && run.status !== 'failed' ? (
        <Notice tone={run.status === 'cancelled' ? 'info' : 'warn'} role="status" testId="run-reason">
          {quota ? <QuotaText quota={quota} /> : reason}
          {run.status === 'queued' && !anyMachine && !replaying
            ? ' No machine is online: start one with “npm start”, and it takes this run by itself.'
            : null}
        </Notice>
      ) : null}
      {run.configuration?.demo ? (
        <Notice tone="info" testId="demo-notice">
          Demo model: the answers are scripted. The agent, git, checks and reviews are real.
        </Notice>
      ) : null}
      {run.status === 'failed' ? <FailureNotice run={run} readOnly={replaying} /> : null}
      <OverLimit run={run} readOnly={replaying} />
      {run.status === 'completed' ? <Totals run={run} /> : null}
      {run.warnings.map((warning) => (
        <Notice key={warning} tone="warn">
          {warning}
        </Notice>
      ))}
      <ItemList handle={handle} run={run} readOnly={replaying} />
      <RunFacts handle={handle} run={run} />
    </div>
  );
}
