import { Link } from '@remix-run/react';
import type { FormEvent } from 'react';
import { Spinner } from '../ui/button.tsx';
import { useForm } from '../ui/use-form.ts';
import { DoorSubmit, NewPasswordField } from './door-fields.tsx';
import { DoorCard, DoorFrame } from './door-frame.tsx';
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

type ResetIntent = { intent: 'reset'; token: string; newPassword: string };

function ResetForm({ token }: { token: string }) {
  const { submit, pending, fields, general } = useForm<ResetIntent>('/reset', ['password', 'newPassword']);
  const isSpent = general !== null;
  const reset = (event: FormEvent<HTMLFormElement>) => {
    const newPassword = String(new FormData(event.currentTarget).get('password'));
    submit(event, { intent: 'reset', token, newPassword }, { onDone: () => location.assign('/sign-in?done=reset') });
  };
  return (
    <form method="post" onSubmit={reset}>
      <NewPasswordField label="New password" error={fields.newPassword ?? fields.password} />
      <DoorSubmit action="Set password" refusal={general} pending={pending} />
      {isSpent ? (
        <p className="mt-4">
          <Link to="/forgot" className="text-accent underline underline-offset-2">
            Ask for a new link
          </Link>
        </p>
      ) : null}
    </form>
  );
}
