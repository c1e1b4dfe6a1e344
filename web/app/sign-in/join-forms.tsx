import type { SignedUp } from '@specwright/protocol/people-api.ts';
import { type FormEvent, useState } from 'react';
import type { Refused } from '../server/api.ts';
import { Button } from '../ui/button.tsx';
import { PasswordField, PlainField } from '../ui/field.tsx';
import { Notice } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import { generalOf } from './form-refusal.ts';
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
  const { send, pending } = useSend<JoinIntent>('/join');
  const [refused, setRefused] = useState<Refused | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setRefused(null);
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '');
    const account = { email: text('email').trim(), password: text('password') };
    const wish: JoinIntent = isNew
      ? { intent: 'sign-up', token, name: text('name').trim(), ...account }
      : { intent: 'sign-in', ...account };
    send(wish, { onRefused: setRefused, onDone: isNew ? onSignedUp : onSignedIn });
  };
  const general = generalOf(refused, ['name', 'email', 'password']);
  return (
    <form method="post" onSubmit={submit}>
      {isNew ? (
        <PlainField label="Your name" name="name" autoComplete="name" required maxLength={120} error={refused?.fields?.name} />
      ) : null}
      <PlainField
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        defaultValue={email ?? ''}
        required
        maxLength={254}
        error={refused?.fields?.email}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        required
        minLength={isNew ? 10 : undefined}
        hint={isNew ? 'At least 10 characters.' : undefined}
        error={refused?.fields?.password}
      />
      {general ? (
        <Notice tone="bad" role="alert">
          {general}
        </Notice>
      ) : null}
      <div className="mt-4">
        <Button kind="primary" type="submit" pending={pending || busy}>
          {isNew ? 'Sign up and join' : 'Sign in and join'}
        </Button>
      </div>
    </form>
  );
}
