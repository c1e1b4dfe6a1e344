import type { QueueWait } from '@specwright/protocol/workers-api.ts';
import { useNow } from '../ui/time.tsx';

/** Why something waits, in one sentence; a time is said as the reader's own clock has it. */
export function WaitText({ wait }: { wait: QueueWait }) {
  const now = useNow(60_000);
  if (wait.code !== 'quota' || wait.untilAt === null || now === null) return wait.message;
  const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(wait.untilAt);
  return `Waiting for quota until ${clock}.`;
}
