import { useNavigate } from '@remix-run/react';
import type { Spec } from '@specwright/protocol/api.ts';
import type { StartedWorker } from '@specwright/protocol/workers-api.ts';
import { Button } from '../ui/button.tsx';
import { useCalls } from '../ui/use-calls.ts';
import { sayStarted } from '../workers/say-started.tsx';
import { queueSpec } from '../workers/worker-calls.ts';

interface RunInBackgroundProps {
  spec: Spec;
  /** Why it cannot be run now, and the id of the text that says so. */
  reason: string | null;
  reasonId: string;
}

/** Queues the spec and goes back to the dashboard: a toast there leads to its worker. */
export function RunInBackground({ spec, reason, reasonId }: RunInBackgroundProps) {
  const { call, pending } = useCalls();
  const navigate = useNavigate();
  const onDone = (started: StartedWorker) => {
    sayStarted(spec.title, started);
    if (!started.allComplete) navigate('/');
  };
  return (
    <Button
      disabled={reason !== null}
      aria-describedby={reason === null ? undefined : reasonId}
      pending={pending}
      onClick={() => call(queueSpec(spec.id, null), { onDone })}
    >
      Run in background
    </Button>
  );
}
