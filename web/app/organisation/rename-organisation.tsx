import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { FormActions, Modal } from '../ui/modal.tsx';
import { useForm } from '../ui/use-form.ts';
import type { OrganisationIntent } from './organisation-intents.ts';

export function RenameOrganisation({ name }: { name: string }) {
  const [open, setOpen] = useState(false);
  const [value, setValue] = useState(name);
  const { submit, pending, general } = useForm<OrganisationIntent>('/organisation');
  const close = () => setOpen(false);
  const rename = (event: FormEvent) => submit(event, { intent: 'rename', name: value.trim() }, { done: 'Renamed', onDone: close });
  return (
    <>
      <Button onClick={() => setOpen(true)}>Rename</Button>
      <Modal open={open} onClose={close} title="Rename organisation">
        <form method="post" onSubmit={rename}>
          <TextField label="Name" value={value} onChange={setValue} autoComplete="off" required maxLength={120} autoFocus error={general} />
          <FormActions action="Rename" pending={pending} disabled={value.trim() === ''} onCancel={close} />
        </form>
      </Modal>
    </>
  );
}
