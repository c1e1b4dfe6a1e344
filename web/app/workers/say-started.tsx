import type { StartedWorker } from '@specwright/protocol/workers-api.ts';
import { toast } from 'sonner';
import { WorkerLink } from './tell.tsx';

/** With a slot free it waits for nothing but a machine's answer. */
const BEGINS = new Set(['asking', 'offered']);

/** What became of a wish to work on a spec, with the way to its worker. */
export function sayStarted(title: string, { id, allComplete, attached, queued, warning }: StartedWorker): void {
  if (allComplete || id === null) {
    toast(`Every chunk of ${title} is done already. Set one back to pending to run it again.`);
    return;
  }
  if (attached) toast(<WorkerLink runId={id}>{`${title} is at work or waits already`}</WorkerLink>);
  else if (queued && !warning && BEGINS.has(queued.wait.code))
    toast.success(<WorkerLink runId={id}>{`${title} begins as soon as a machine takes it`}</WorkerLink>);
  else if (queued)
    toast.success(<WorkerLink runId={id}>{`${title} is queued, place ${queued.position}`}</WorkerLink>, {
      description: warning ?? undefined,
    });
  else toast.success(<WorkerLink runId={id}>{`${title} has begun`}</WorkerLink>);
}
