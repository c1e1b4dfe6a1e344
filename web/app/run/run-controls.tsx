import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { useState } from 'react';
import { useMay } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { useSend } from '../ui/use-send.ts';
import type { RunIntent } from './run-intents.ts';

/** Pause, Resume and Stop, as far as the run's state allows them. */
export function RunControls({ run }: { run: RunState }) {
  const { send, pending } = useSend<RunIntent>(`/runs/${run.id}`);
  const [stopping, setStopping] = useState(false);
  const mayRun = useMay('member');
  const canPause = run.status === 'running' || run.status === 'queued';
  const canResume = ['paused', 'pausing', 'waiting', 'failed', 'cancelled'].includes(run.status);
  if (!mayRun) return null;
  return (
    <>
      {canPause ? (
        <Button onClick={() => send({ intent: 'pause' })} pending={pending}>
          Pause
        </Button>
      ) : null}
      {run.status === 'pausing' ? <Button disabled>Pausing…</Button> : null}
      {canResume ? (
        <Button kind={run.status === 'pausing' ? 'plain' : 'primary'} onClick={() => send({ intent: 'resume' })} pending={pending}>
          Resume
        </Button>
      ) : null}
      {run.status === 'stopping' ? <Button disabled>Stopping…</Button> : null}
      {!isAtRest(run) && run.status !== 'stopping' ? (
        <Button kind="danger" onClick={() => setStopping(true)}>
          Stop
        </Button>
      ) : null}
      <Confirm
        open={stopping}
        onClose={() => setStopping(false)}
        onConfirm={() => {
          setStopping(false);
          send({ intent: 'stop' }, { done: 'Stopping…' });
        }}
        title="Stop this run?"
        action="Stop run"
      >
        The agent is ended at once, and what the attempt in hand has done is set aside. Completed chunks stay on the branch. Resume opens
        the run again.
      </Confirm>
    </>
  );
}
