import { type FormEvent, useState } from 'react';
import type { Refused } from '../server/api.ts';
import { generalOf } from '../sign-in/form-refusal.ts';
import { Button } from '../ui/button.tsx';
import { CheckBox, PasswordField } from '../ui/field.tsx';
import { Notice, Panel } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import type { AccountIntent } from './account-intents.ts';

/** A local owner who never set one leaves the current password empty. */
export function PasswordForm({ email }: { email: string }) {
  const { send, pending } = useSend<AccountIntent>('/account');
  const [refused, setRefused] = useState<Refused | null>(null);
  const [endOthers, setEndOthers] = useState(true);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setRefused(null);
    const form = event.currentTarget;
    const text = (name: string) => String(new FormData(form).get(name) ?? '');
    const wish = { intent: 'change-password', current: text('current'), next: text('next'), endOtherSessions: endOthers } as const;
    send(wish, { done: 'Password changed', onRefused: setRefused, onDone: () => form.reset() });
  };
  const general = generalOf(refused, ['current', 'next']);
  return (
    <Panel id="password-heading" title="Password">
      <form method="post" onSubmit={submit}>
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <div className="grid grid-cols-1 gap-x-4 sm:grid-cols-2">
          <PasswordField
            label="Current password"
            name="current"
            autoComplete="current-password"
            hint="Leave it empty where you have none yet."
            error={refused?.fields?.current}
          />
          <PasswordField
            label="New password"
            name="next"
            autoComplete="new-password"
            required
            minLength={10}
            hint="At least 10 characters."
            error={refused?.fields?.next}
          />
        </div>
        <CheckBox label="Sign out everywhere else" checked={endOthers} onChange={setEndOthers} />
        {general ? (
          <div className="mt-4">
            <Notice tone="bad" role="alert">
              {general}
            </Notice>
          </div>
        ) : null}
        <div className="mt-4 flex justify-end">
          <Button type="submit" pending={pending}>
            Change password
          </Button>
        </div>
      </form>
    </Panel>
  );
}
