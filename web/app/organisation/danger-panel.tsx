import type { Me } from '@specwright/protocol/api.ts';
import type { Member } from '@specwright/protocol/people-api.ts';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Panel } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import type { OrganisationIntent } from './organisation-intents.ts';

/** Leave, or for the owner: delete. */
export function DangerPanel({ me, members }: { me: Me; members: Member[] }) {
  const owner = me.role === 'owner';
  return (
    <Panel id="danger-heading" title={owner ? 'Delete' : 'Leave'}>
      {owner ? (
        <DeleteOrganisation name={me.organisation?.name ?? ''} others={members.length - 1} />
      ) : (
        <Leave name={me.organisation?.name ?? ''} />
      )}
    </Panel>
  );
}

function Leave({ name }: { name: string }) {
  const { send, pending } = useSend<OrganisationIntent>('/organisation');
  const [asking, setAsking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const leave = () => send({ intent: 'leave' }, { onDone: () => location.assign('/'), onRefused: ({ message }) => setRefusal(message) });
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="min-w-0 flex-1 basis-60 text-muted">You lose access to its projects at once. What you wrote stays.</p>
      <Button kind="danger" onClick={() => setAsking(true)}>
        Leave
      </Button>
      <Confirm
        open={asking}
        onClose={() => {
          setAsking(false);
          setRefusal(null);
        }}
        title={`Leave ${name}?`}
        action="Leave"
        pending={pending}
        refusal={refusal}
        onConfirm={leave}
      >
        To come back you need a new invitation.
      </Confirm>
    </div>
  );
}

function DeleteOrganisation({ name, others }: { name: string; others: number }) {
  const { send, pending } = useSend<OrganisationIntent>('/organisation');
  const [asking, setAsking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const end = () =>
    send({ intent: 'delete', confirm: name }, { onDone: () => location.assign('/'), onRefused: ({ message }) => setRefusal(message) });
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="min-w-0 flex-1 basis-60 text-muted">
        Deletes its projects, specs, run logs, keys and machines for everybody.{' '}
        {others > 0 ? 'To leave it instead, make somebody else the owner first.' : ''}
      </p>
      <Button kind="danger" onClick={() => setAsking(true)}>
        Delete organisation
      </Button>
      <Confirm
        open={asking}
        onClose={() => {
          setAsking(false);
          setRefusal(null);
        }}
        title="Delete organisation"
        action="Delete organisation"
        typed={name}
        pending={pending}
        refusal={refusal}
        onConfirm={end}
      >
        Every project with its specs and run logs goes, every run is stopped, every key and machine is cut off. Repositories and branches
        stay as they are. This cannot be undone.
      </Confirm>
    </div>
  );
}
