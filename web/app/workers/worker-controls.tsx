import type { WorkerInfo } from '@specwright/protocol/workers-api.ts';
import { useState } from 'react';
import { useMay } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { useCalls } from '../ui/use-calls.ts';
import { pauseWorker, resumeWorker, stopWorker } from './worker-calls.ts';
import { canPause, canResume, canStop } from './worker-state.ts';

interface WorkerControlsProps {
  worker: Pick<WorkerInfo, 'id' | 'specTitle' | 'runStatus'>;
  small?: boolean;
}

/** Stop, Pause and Resume, as far as the worker's state allows them. */
export function WorkerControls({ worker, small }: WorkerControlsProps) {
  const { call, pending } = useCalls();
  const [stopping, setStopping] = useState(false);
  const mayRun = useMay('member');
  const { id, specTitle, runStatus } = worker;
  if (!mayRun) return null;
  return (
    <div className="flex flex-wrap gap-2">
      {canPause(worker) ? (
        <Button small={small} pending={pending} onClick={() => call(pauseWorker(id))} aria-label={`Pause ${specTitle}`}>
          Pause
        </Button>
      ) : null}
      {runStatus === 'pausing' ? (
        <Button small={small} disabled>
          Pausing…
        </Button>
      ) : null}
      {canResume(worker) ? (
        <Button
          small={small}
          kind={runStatus === 'pausing' ? 'plain' : 'primary'}
          pending={pending}
          onClick={() => call(resumeWorker(id))}
          aria-label={`Resume ${specTitle}`}
        >
          Resume
        </Button>
      ) : null}
      {runStatus === 'stopping' ? (
        <Button small={small} disabled>
          Stopping…
        </Button>
      ) : null}
      {canStop(worker) ? (
        <Button small={small} kind="danger" onClick={() => setStopping(true)} aria-label={`Stop ${specTitle}`}>
          Stop
        </Button>
      ) : null}
      <Confirm
        open={stopping}
        onClose={() => setStopping(false)}
        onConfirm={() => {
          setStopping(false);
          call(stopWorker(id), { done: `Stopping ${specTitle}…` });
        }}
        title="Stop this worker?"
        action="Stop worker"
      >
        The agent of “{specTitle}” is ended at once, and what the attempt in hand has done is set aside. Completed chunks stay on the
        branch. Resume opens it again.
      </Confirm>
    </div>
  );
}
