import { type FormEvent, useState } from 'react';
import type { Refused } from '../server/api.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Modal, ModalActions } from '../ui/modal.tsx';
import { useSend } from '../ui/use-send.ts';
import type { OrganisationIntent } from './organisation-intents.ts';

export function RenameOrganisation({ name }: { name: string }) {
  const [open, setOpen] = useState(false);
  const [value, setValue] = useState(name);
  const [refused, setRefused] = useState<Refused | null>(null);
  const { send, pending } = useSend<OrganisationIntent>('/organisation');
  const close = () => setOpen(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setRefused(null);
    send({ intent: 'rename', name: value.trim() }, { done: 'Renamed', onDone: close, onRefused: setRefused });
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>Rename</Button>
      <Modal open={open} onClose={close} title="Rename organisation">
        <form method="post" onSubmit={submit}>
          <TextField
            label="Name"
            value={value}
            onChange={setValue}
            autoComplete="off"
            required
            maxLength={120}
            autoFocus
            error={refused?.message}
          />
          <ModalActions>
            <Button kind="ghost" onClick={close}>
              Cancel
            </Button>
            <Button kind="primary" type="submit" pending={pending} disabled={value.trim() === ''}>
              Rename
            </Button>
          </ModalActions>
        </form>
      </Modal>
    </>
  );
}
