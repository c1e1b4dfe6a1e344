import { Link } from '@remix-run/react';
import { toast } from 'sonner';
import type { Told } from '../live/deeds.ts';

const SAY = { plain: toast, good: toast.success, bad: toast.error };

/** What others did and what ended, as toasts that lead to the worker. */
export function tell(told: Told[]): void {
  for (const { text, tone, runId } of told) SAY[tone](runId === null ? text : <WorkerLink runId={runId}>{text}</WorkerLink>);
}

export function WorkerLink({ runId, children }: { runId: string; children: string }) {
  return (
    <Link to={`/workers/${runId}`} className="underline decoration-line-strong underline-offset-2 hover:decoration-current">
      {children}
    </Link>
  );
}
