import type { AllWorkers } from '@specwright/protocol/workers-api.ts';
import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { plural } from '../ui/format.ts';
import { useCalls } from '../ui/use-calls.ts';
import { pauseAll, stopAll } from './worker-calls.ts';

const ASKS = {
  pause: { title: 'Pause all workers?', action: 'Pause all', order: pauseAll, told: 'Pausing' },
  stop: { title: 'Stop all workers?', action: 'Stop all', order: stopAll, told: 'Stopping' },
} as const;

const NOBODY = 'No worker is left: they have all come to rest.';

/** Pause all and Stop all, over all projects that the person sees; asks first. */
export function AllControls({ count }: { count: number }) {
  const [ask, setAsk] = useState<keyof typeof ASKS | null>(null);
  const { call, pending } = useCalls();
  const chosen = ASKS[ask ?? 'pause'];
  const carryOut = () =>
    call(chosen.order(), {
      onDone: ({ told, refused }: AllWorkers) =>
        told === 0
          ? toast(NOBODY)
          : toast.success(`${chosen.told} ${plural(told, 'worker')}${refused > 0 ? `; ${refused} had come to rest` : ''}`),
    });
  return (
    <>
      <Button disabled={count === 0} pending={pending} onClick={() => setAsk('pause')}>
        Pause all
      </Button>
      <Button kind="danger" disabled={count === 0 || pending} onClick={() => setAsk('stop')}>
        Stop all
      </Button>
      <Confirm
        open={ask !== null}
        onClose={() => setAsk(null)}
        onConfirm={() => {
          setAsk(null);
          carryOut();
        }}
        title={chosen.title}
        action={chosen.action}
      >
        {count === 0
          ? NOBODY
          : ask === 'stop'
            ? `${plural(count, 'worker')} in all projects that you see: each agent is ended at once, and what its attempt has done is set aside. Completed chunks stay. What waits in the queues then starts; pause the queues first if nothing should.`
            : `${plural(count, 'worker')} in all projects that you see: each ends the step in hand first, keeps its slot, and goes on when it is resumed.`}
      </Confirm>
    </>
  );
}
