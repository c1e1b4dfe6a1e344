import type { QueueWait } from '@specwright/protocol/workers-api.ts';
import type { Call } from '../server/api.ts';
import { useMe } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { useCalls } from '../ui/use-calls.ts';
import { useReadAgain } from '../ui/use-read-again.ts';

type Machine = NonNullable<QueueWait['machines']>[number];

/** "Check again": what was found wrong with these machines is forgotten, and they tell anew. For their owners and admins. */
export function CheckAgain({ machines }: { machines: Machine[] }) {
  const { call, pending } = useCalls();
  const me = useMe();
  const readAgain = useReadAgain();
  const isAdmin = me?.role === 'owner' || me?.role === 'admin';
  const own = machines.filter((machine) => isAdmin || machine.ownerId === me?.user.id);
  if (own.length === 0) return null;
  const check = () => {
    for (const { id, name } of own) call(checkMachine(id), { done: `${name} checks again`, onDone: readAgain });
  };
  return (
    <Button small pending={pending} onClick={check}>
      Check again<span className="sr-only"> {own.map(({ name }) => name).join(', ')}</span>
    </Button>
  );
}

function checkMachine(id: string): Call {
  return { method: 'POST', path: `/api/runners/${encodeURIComponent(id)}/check` };
}
