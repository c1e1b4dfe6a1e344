import type { CreatedInvitation, Role } from '@specwright/protocol/people-api.ts';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { RadioList, TextField } from '../ui/field.tsx';
import { FormActions, Modal, ModalActions } from '../ui/modal.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { SecretOnce } from '../ui/secret-once.tsx';
import { useForm } from '../ui/use-form.ts';
import type { GivenRole, OrganisationIntent } from './organisation-intents.ts';
import { ROLE_WORDS, rolesToGive } from './roles.ts';

interface InviteProps {
  open: boolean;
  role: Role | null;
  onClose: () => void;
}

/** Invites by mail or by a link, which is shown this once: its token is kept as a hash only. */
export function Invite({ open, role, onClose }: InviteProps) {
  const [created, setCreated] = useState<CreatedInvitation | null>(null);
  const close = () => {
    setCreated(null);
    onClose();
  };
  return (
    <Modal open={open} onClose={close} title="Invite">
      {created === null ? <InviteForm role={role} onCreated={setCreated} onClose={close} /> : <Created created={created} onDone={close} />}
    </Modal>
  );
}

function Created({ created: { invitation, token }, onDone }: { created: CreatedInvitation; onDone: () => void }) {
  if (token === null) {
    return (
      <>
        <p role="status">A mail with the link is on its way to {invitation.email}.</p>
        <ModalActions>
          <Button kind="primary" onClick={onDone}>
            Done
          </Button>
        </ModalActions>
      </>
    );
  }
  return (
    <SecretOnce label="The link" secret={`${location.origin}/join#${encodeURIComponent(token)}`} onDone={onDone}>
      Hand this link to {invitation.email ?? 'the person you invite'}. It works once and is shown this once.
    </SecretOnce>
  );
}

interface InviteFormProps {
  role: Role | null;
  onCreated: (created: CreatedInvitation) => void;
  onClose: () => void;
}

function InviteForm({ role: mine, onCreated, onClose }: InviteFormProps) {
  const { submit, pending, fields, general } = useForm<OrganisationIntent>('/organisation', ['email']);
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<GivenRole>('member');
  const create = (event: FormEvent) => submit(event, { intent: 'invite', email: email.trim() || null, role }, { onDone: onCreated });
  return (
    <form method="post" onSubmit={create}>
      <TextField
        label="E-mail (optional)"
        type="email"
        value={email}
        onChange={setEmail}
        maxLength={254}
        autoComplete="off"
        autoFocus
        hint="With an address only that person can accept; without one, whoever has the link."
        error={fields.email}
      />
      <RadioList
        label="Role"
        value={role}
        onChange={setRole}
        options={rolesToGive(mine).map((it) => ({ value: it, label: it, hint: ROLE_WORDS[it] }))}
      />
      <Refusal text={general} />
      <FormActions action="Create invitation" pending={pending} onCancel={onClose} />
    </form>
  );
}
