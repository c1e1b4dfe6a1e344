import type { ApiKey, CreatedApiKey, KeyScope, Role } from '@specwright/protocol/people-api.ts';
import { type FormEvent, useState } from 'react';
import { isAtLeast, useMe } from '../shell/me.ts';
import { CheckBox, SelectField, TextField } from '../ui/field.tsx';
import { FormActions, Modal } from '../ui/modal.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { SecretOnce } from '../ui/secret-once.tsx';
import { useForm } from '../ui/use-form.ts';
import type { KeyIntent } from './key-intents.ts';

interface CreateKeyProps {
  open: boolean;
  kind: ApiKey['kind'];
  onClose: () => void;
}

/** Makes a key, and shows its secret this once. */
export function CreateKey({ open, kind, onClose }: CreateKeyProps) {
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => {
    setSecret(null);
    onClose();
  };
  return (
    <Modal open={open} onClose={close} title={kind === 'service' ? 'Create a service key' : 'Create an API key'}>
      {secret === null ? (
        <CreateKeyForm kind={kind} onCreated={setSecret} onClose={close} />
      ) : (
        <SecretOnce label="The key" secret={secret} onDone={close}>
          Send it as <code>Authorization: Bearer …</code>. It is shown this once, and kept as a hash only.
        </SecretOnce>
      )}
    </Modal>
  );
}

const SCOPES: KeyScope[] = ['read', 'write', 'run', 'admin'];
const SCOPE_WORDS: Record<KeyScope, string> = {
  read: 'see everything',
  write: 'change projects, specs and chunks',
  run: 'start, stop and order runs',
  admin: 'people, machines, keys, settings',
};
const DAYS = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
  { value: '', label: 'no end' },
];
const SERVICE_ROLES = ['viewer', 'member', 'admin'] as const;

interface CreateKeyFormProps {
  kind: ApiKey['kind'];
  onCreated: (secret: string) => void;
  onClose: () => void;
}

function CreateKeyForm({ kind, onCreated, onClose }: CreateKeyFormProps) {
  const mine = useMe()?.role;
  const { submit, pending, fields, general } = useForm<KeyIntent>('/keys', ['name', 'scopes', 'role']);
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<KeyScope[]>(['read']);
  const [role, setRole] = useState<Exclude<Role, 'owner'>>('member');
  const [days, setDays] = useState('90');
  const offered = SCOPES.filter((scope) => mayHold(scope, kind === 'service' ? role : mine));
  // What was chosen for a higher role stays chosen, should that role come back.
  const granted = scopes.filter((scope) => offered.includes(scope));
  const create = (event: FormEvent) => {
    const key = {
      name: name.trim(),
      kind,
      scopes: granted,
      expiresInDays: days === '' ? null : Number(days),
      ...(kind === 'service' ? { role } : {}),
    };
    submit(event, { intent: 'create-key', key }, { onDone: (created: CreatedApiKey) => onCreated(created.secret) });
  };
  const toggle = (scope: KeyScope, on: boolean) => setScopes(on ? [...scopes, scope] : scopes.filter((other) => other !== scope));
  return (
    <form method="post" onSubmit={create}>
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        placeholder="what it is for"
        required
        maxLength={120}
        autoFocus
        autoComplete="off"
        error={fields.name}
      />
      <fieldset className="mb-4 grid grid-cols-1 gap-1.5">
        <legend className="mb-1 text-[12px] text-muted">It may</legend>
        {offered.map((scope) => (
          <CheckBox
            key={scope}
            label={scope}
            hint={SCOPE_WORDS[scope]}
            checked={scopes.includes(scope)}
            onChange={(on) => toggle(scope, on)}
          />
        ))}
        {granted.length === 0 ? <p className="text-[12px] text-warn">Choose at least one.</p> : null}
      </fieldset>
      {kind === 'service' ? (
        <SelectField
          label="Role"
          value={role}
          onChange={(next) => setRole(next as typeof role)}
          options={SERVICE_ROLES.filter((it) => isAtLeast(mine, it)).map((it) => ({ value: it, label: it }))}
          error={fields.role}
        />
      ) : null}
      <SelectField label="It ends after" value={days} onChange={setDays} options={DAYS} />
      <Refusal text={general} />
      <FormActions action="Create key" pending={pending} disabled={name.trim() === '' || granted.length === 0} onCancel={onClose} />
    </form>
  );
}

/** A scope beyond the role would never be granted. */
function mayHold(scope: KeyScope, role: Role | null | undefined): boolean {
  const least = { read: 'viewer', write: 'member', run: 'member', admin: 'admin' } as const;
  return isAtLeast(role, least[scope]);
}
