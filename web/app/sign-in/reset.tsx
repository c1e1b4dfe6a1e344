import { Link } from '@remix-run/react';
import { type FormEvent, useState } from 'react';
import type { Refused } from '../server/api.ts';
import { Button, Spinner } from '../ui/button.tsx';
import { PasswordField } from '../ui/field.tsx';
import { Notice } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import { DoorCard, DoorFrame } from './door-frame.tsx';
import { generalOf } from './form-refusal.ts';
import { useFragmentToken } from './fragment-token.ts';

/** Sets a new password by the link that was sent or handed on. */
export function Reset() {
  const token = useFragmentToken();
  return (
    <DoorFrame title="Set a new password">
      <DoorCard>
        {token === undefined ? (
          <p className="flex items-center gap-2 text-muted" role="status">
            <Spinner /> Reading the link…
          </p>
        ) : token === null ? (
          <p>
            This page needs a reset link. It works once.{' '}
            <Link to="/forgot" className="text-accent underline underline-offset-2">
              Ask for one
            </Link>
          </p>
        ) : (
          <ResetForm token={token} />
        )}
      </DoorCard>
    </DoorFrame>
  );
}

function ResetForm({ token }: { token: string }) {
  const { send, pending } = useSend<{ intent: 'reset'; token: string; newPassword: string }>('/reset');
  const [refused, setRefused] = useState<Refused | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setRefused(null);
    const newPassword = String(new FormData(event.currentTarget).get('password'));
    send({ intent: 'reset', token, newPassword }, { onRefused: setRefused, onDone: () => location.assign('/sign-in?done=reset') });
  };
  const general = generalOf(refused, ['password', 'newPassword']);
  return (
    <form method="post" onSubmit={submit}>
      <PasswordField
        label="New password"
        name="password"
        autoComplete="new-password"
        required
        minLength={10}
        hint="At least 10 characters."
        error={refused?.fields?.newPassword ?? refused?.fields?.password}
      />
      {general ? (
        <Notice tone="bad" role="alert">
          {general}
        </Notice>
      ) : null}
      <div className="mt-4">
        <Button kind="primary" type="submit" pending={pending}>
          Set password
        </Button>
      </div>
    </form>
  );
}
