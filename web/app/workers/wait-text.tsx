import type { QueueWait } from '@specwright/protocol/workers-api.ts';
import { CheckAgain } from '../machines/check-again.tsx';
import { useNow } from '../ui/time.tsx';

/** Why something waits, in one sentence; a time is said as the reader's own clock has it. */
export function WaitText({ wait }: { wait: QueueWait }) {
  return wait.code === 'quota' && wait.untilAt !== null ? <Until untilAt={wait.untilAt} otherwise={wait.message} /> : wait.message;
}

/** The same, with what can be done about it. */
export function WaitLine({ wait }: { wait: QueueWait }) {
  if (!wait.machines?.length) return <WaitText wait={wait} />;
  return (
    <>
      <WaitText wait={wait} /> <CheckAgain machines={wait.machines} />
    </>
  );
}

/** Until when a run waits for its provider, and what that one said. */
export function QuotaText({ quota: { untilAt, message } }: { quota: { untilAt: number; message: string } }) {
  return (
    <>
      <Until untilAt={untilAt} otherwise="Waiting for quota." /> {message}
    </>
  );
}

/** `otherwise`: before the reader's clock is known. */
function Until({ untilAt, otherwise }: { untilAt: number; otherwise: string }) {
  const now = useNow(60_000);
  if (now === null) return otherwise;
  const day = untilAt - now > 20 * 3_600_000 ? ({ weekday: 'short' } as const) : {};
  const clock = new Intl.DateTimeFormat(undefined, { ...day, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(untilAt);
  return `Waiting for quota until ${clock}.`;
}
