import type { SignedUp } from '@specwright/protocol/people-api.ts';
import type { FormEvent } from 'react';
import { useForm } from '../ui/use-form.ts';
import { DoorSubmit, EmailField, KnownPasswordField, NameField, NewPasswordField } from './door-fields.tsx';
import type { JoinIntent } from './join-intents.ts';

interface EnterFormProps {
  isNew: boolean;
  token: string;
  /** The address that the invitation was made for. */
  email: string | null;
  busy: boolean;
  /** Signed in, and not a member yet. */
  onSignedIn: () => void;
  onSignedUp: (signedUp: SignedUp) => void;
}

/** Signs an invited person up, or in. */
export function EnterForm({ isNew, token, email, busy, onSignedIn, onSignedUp }: EnterFormProps) {
  const { submit, pending, fields, general } = useForm<JoinIntent>('/join', ['name', 'email', 'password']);
  const enter = (event: FormEvent<HTMLFormElement>) => {
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '');
    const account = { email: text('email').trim(), password: text('password') };
    const wish: JoinIntent = isNew
      ? { intent: 'sign-up', token, name: text('name').trim(), ...account }
      : { intent: 'sign-in', ...account };
    submit(event, wish, { onDone: isNew ? onSignedUp : onSignedIn });
  };
  return (
    <form method="post" onSubmit={enter}>
      {isNew ? <NameField error={fields.name} /> : null}
      <EmailField known={email} error={fields.email} />
      {isNew ? <NewPasswordField error={fields.password} /> : <KnownPasswordField error={fields.password} />}
      <DoorSubmit action={isNew ? 'Sign up and join' : 'Sign in and join'} refusal={general} pending={pending || busy} />
    </form>
  );
}
