import type { Me } from '@specwright/protocol/api.ts';
import type { Member, ResetLink } from '@specwright/protocol/people-api.ts';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { RadioList } from '../ui/field.tsx';
import { FormActions, Modal, ModalActions } from '../ui/modal.tsx';
import { SecretOnce } from '../ui/secret-once.tsx';
import { useSend } from '../ui/use-send.ts';
import type { MemberAsk } from './member-row.tsx';
import type { GivenRole, OrganisationIntent } from './organisation-intents.ts';
import { ROLE_WORDS, rolesToGive } from './roles.ts';

interface MemberDialogsProps {
  what: MemberAsk;
  member: Member;
  me: Me;
  onClose: () => void;
}

/** What is asked before a member's place changes. */
export function MemberDialogs(props: MemberDialogsProps) {
  const { what, member, onClose } = props;
  const { send, pending } = useSend<OrganisationIntent>('/organisation');
  const [refusal, setRefusal] = useState<string | null>(null);
  const settle = (done: string) => ({ done, onDone: onClose, onRefused: ({ message }: { message: string }) => setRefusal(message) });
  if (what === 'role') return <ChangeRole {...props} />;
  if (what === 'reset') return <MakeResetLink {...props} />;
  if (what === 'transfer') {
    return (
      <Confirm
        open
        onClose={onClose}
        title={`Make ${member.name} the owner?`}
        action="Transfer ownership"
        typed={member.name}
        pending={pending}
        refusal={refusal}
        onConfirm={() => send({ intent: 'transfer', userId: member.userId }, settle(`${member.name} is the owner now`))}
      >
        The organisation has one owner. You become an admin; only {member.name} can give it back.
      </Confirm>
    );
  }
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Remove ${member.name}?`}
      action="Remove"
      pending={pending}
      refusal={refusal}
      onConfirm={() => send({ intent: 'remove', userId: member.userId }, settle(`${member.name} was removed`))}
    >
      They lose access at once: open pages, keys and their own machines in this organisation. What they wrote stays.
    </Confirm>
  );
}

function ChangeRole({ member, me, onClose }: MemberDialogsProps) {
  const { send, pending } = useSend<OrganisationIntent>('/organisation');
  const [role, setRole] = useState<GivenRole>(member.role as GivenRole);
  return (
    <Modal open onClose={onClose} title={`Role of ${member.name}`}>
      <form
        method="post"
        onSubmit={(event) => {
          event.preventDefault();
          send({ intent: 'change-role', userId: member.userId, role }, { done: `${member.name} is ${role} now`, onDone: onClose });
        }}
      >
        <RadioList
          label="Role"
          value={role}
          onChange={setRole}
          options={rolesToGive(me.role).map((it) => ({ value: it, label: it, hint: ROLE_WORDS[it] }))}
        />
        <FormActions action="Change role" pending={pending} disabled={role === member.role} onCancel={onClose} />
      </form>
    </Modal>
  );
}

function MakeResetLink({ member, onClose }: MemberDialogsProps) {
  const { send, pending } = useSend<OrganisationIntent>('/organisation');
  const [link, setLink] = useState<string | null>(null);
  const make = () =>
    send(
      { intent: 'reset-link', userId: member.userId },
      { onDone: ({ token }: ResetLink) => setLink(`${location.origin}/reset#${encodeURIComponent(token)}`) },
    );
  return (
    <Modal open onClose={onClose} title={`Reset link for ${member.name}`}>
      {link ? (
        <SecretOnce label="The link" secret={link} onDone={onClose}>
          Hand it to {member.name} over a channel that you trust. It sets a new password, once, and is shown this once.
        </SecretOnce>
      ) : (
        <>
          <p className="text-muted">
            With it {member.name} sets a new password, for when the old one is forgotten. Whoever opens the link first has the account: hand
            it on with care.
          </p>
          <ModalActions>
            <Button kind="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button kind="primary" onClick={make} pending={pending}>
              Make the link
            </Button>
          </ModalActions>
        </>
      )}
    </Modal>
  );
}
