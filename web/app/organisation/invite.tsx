import type { CreatedInvitation, Role } from '@specwright/protocol/people-api.ts';
import { type FormEvent, useState } from 'react';
import type { Refused } from '../server/api.ts';
import { generalOf } from '../sign-in/form-refusal.ts';
import { Button } from '../ui/button.tsx';
import { RadioList, TextField } from '../ui/field.tsx';
import { Modal, ModalActions } from '../ui/modal.tsx';
import { SecretOnce } from '../ui/secret-once.tsx';
import { Notice } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
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
  const { send, pending } = useSend<OrganisationIntent>('/organisation');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<GivenRole>('member');
  const [refused, setRefused] = useState<Refused | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setRefused(null);
    send({ intent: 'invite', email: email.trim() || null, role }, { onRefused: setRefused, onDone: onCreated });
  };
  const general = generalOf(refused, ['email']);
  return (
    <form method="post" onSubmit={submit}>
      <TextField
        label="E-mail (optional)"
        type="email"
        value={email}
        onChange={setEmail}
        maxLength={254}
        autoComplete="off"
        autoFocus
        hint="With an address only that person can accept; without one, whoever has the link."
        error={refused?.fields?.email}
      />
      <RadioList
        label="Role"
        value={role}
        onChange={setRole}
        options={rolesToGive(mine).map((it) => ({ value: it, label: it, hint: ROLE_WORDS[it] }))}
      />
      {general ? (
        <Notice tone="bad" role="alert">
          {general}
        </Notice>
      ) : null}
      <ModalActions>
        <Button kind="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button kind="primary" type="submit" pending={pending}>
          Create invitation
        </Button>
      </ModalActions>
    </form>
  );
}
