import { useNavigate } from '@remix-run/react';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { TextField } from '../ui/field.tsx';
import { FormActions, Modal } from '../ui/modal.tsx';
import { useSend } from '../ui/use-send.ts';
import type { MachineIntent } from './machine-intents.ts';

/** Pause with a note, drain, resume, revoke. */
export function MachineControls({ machine }: { machine: RunnerInfo }) {
  const { send, pending } = useSend<MachineIntent>(`/machines/${machine.id}`);
  const [asking, setAsking] = useState<'pause' | 'revoke' | null>(null);
  const navigate = useNavigate();
  const close = () => setAsking(null);
  const stopped = machine.paused || machine.draining;
  const update = (changes: (MachineIntent & { intent: 'update-machine' })['changes'], done: string) =>
    send({ intent: 'update-machine', runnerId: machine.id, changes }, { done, onDone: close });
  return (
    <div className="flex flex-wrap gap-2">
      {stopped ? (
        <Button
          kind="primary"
          pending={pending}
          onClick={() => update({ paused: false, draining: false, note: null }, `${machine.name} takes work again`)}
        >
          Resume
        </Button>
      ) : (
        <>
          <Button onClick={() => setAsking('pause')}>Pause</Button>
          <Button
            pending={pending}
            title="Finishes what it has and takes nothing new"
            onClick={() => update({ draining: true }, `${machine.name} finishes what it has`)}
          >
            Drain
          </Button>
        </>
      )}
      <Button kind="danger" onClick={() => setAsking('revoke')}>
        Revoke
      </Button>
      <Modal open={asking === 'pause'} onClose={close} title={`Pause ${machine.name}?`}>
        <PauseForm pending={pending} onCancel={close} onPause={(note) => update({ paused: true, note }, `${machine.name} is paused`)} />
      </Modal>
      <Confirm
        open={asking === 'revoke'}
        onClose={close}
        title={`Revoke ${machine.name}?`}
        action="Revoke machine"
        typed={machine.name}
        pending={pending}
        onConfirm={() =>
          send(
            { intent: 'revoke-machine', runnerId: machine.id },
            { done: `${machine.name} is revoked`, onDone: () => navigate('/machines', { replace: true }) },
          )
        }
      >
        It is cut off at once; what it works on is offered to other machines. To come back it must register again.
      </Confirm>
    </div>
  );
}

interface PauseFormProps {
  pending: boolean;
  onCancel: () => void;
  onPause: (note: string | null) => void;
}

function PauseForm({ pending, onCancel, onPause }: PauseFormProps) {
  const [note, setNote] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onPause(note.trim() || null);
  };
  return (
    <form method="post" onSubmit={submit}>
      <p className="mb-4 text-muted">It takes nothing new until somebody resumes it. What it works on goes on.</p>
      <TextField
        label="Note (optional)"
        value={note}
        onChange={setNote}
        placeholder="why, and until when"
        maxLength={300}
        autoFocus
        autoComplete="off"
        hint="Shown to everybody beside the machine."
      />
      <FormActions action="Pause machine" pending={pending} onCancel={onCancel} />
    </form>
  );
}
