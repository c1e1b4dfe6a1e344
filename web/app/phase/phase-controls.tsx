import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { useState } from 'react';
import { useMay } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { attentionOf, batchesOf } from './phase-outlook.ts';
import { usePhase } from './use-phase.ts';

/** Pause, Resume and Cancel, as far as the phase's state allows them. What waits for another word than Resume is answered where it is asked. */
export default function PhaseControls({ run, small }: { run: RunState; small?: boolean }) {
  const { tell, pending } = usePhase(run.id);
  const [cancelling, setCancelling] = useState(false);
  const mayRun = useMay('member');
  if (!mayRun) return null;
  const canPause = run.status === 'running' || run.status === 'queued';
  return (
    <>
      {canPause ? (
        <Button small={small} pending={pending} onClick={() => tell({ wish: 'pause' })}>
          Pause
        </Button>
      ) : null}
      {run.status === 'pausing' ? (
        <Button small={small} disabled>
          Pausing…
        </Button>
      ) : null}
      {canResume(run) ? (
        <Button
          small={small}
          kind={run.status === 'pausing' ? 'plain' : 'primary'}
          pending={pending}
          onClick={() => tell({ wish: 'resume' })}
        >
          Resume
        </Button>
      ) : null}
      {run.status === 'stopping' ? (
        <Button small={small} disabled>
          Cancelling…
        </Button>
      ) : null}
      {!isAtRest(run) && run.status !== 'stopping' ? (
        <Button small={small} kind="danger" onClick={() => setCancelling(true)}>
          Cancel
        </Button>
      ) : null}
      <Confirm
        open={cancelling}
        onClose={() => setCancelling(false)}
        onConfirm={() => {
          setCancelling(false);
          tell({ wish: 'cancel' });
        }}
        title="Cancel this orchestration?"
        action="Cancel orchestration"
        leave="Let it go on"
      >
        {keptBy(run)}
      </Confirm>
    </>
  );
}

function canResume(run: RunState): boolean {
  if (['paused', 'pausing', 'cancelled'].includes(run.status)) return true;
  const kind = attentionOf(run)?.kind;
  return run.status === 'waiting' && (kind === 'person' || kind === 'time');
}

function keptBy(run: RunState): string {
  const batches = batchesOf(run);
  const done = batches.filter(({ status }) => status === 'completed').length;
  const complete = batches.length > 0 ? `${done} of ${batches.length} batches are complete and stay on ${run.branch}. ` : '';
  const inHand = run.job ? 'The agent is ended at once; what it has done in this batch is kept too. ' : '';
  return `${inHand}No further batch begins and nothing is merged. ${complete}Resume goes on from there.`;
}
