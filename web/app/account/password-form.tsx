import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { CheckBox } from '../ui/field.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { Panel } from '../ui/surface.tsx';
import { useForm } from '../ui/use-form.ts';
import type { AccountIntent } from './account-intents.ts';

/** A local owner who never set one leaves the current password empty. */
export function PasswordForm({ email }: { email: string }) {
  const { submit, pending, fields, general } = useForm<AccountIntent>('/account', ['current', 'next']);
  const [endOthers, setEndOthers] = useState(true);
  const change = (event: FormEvent<HTMLFormElement>) => {
    const form = event.currentTarget;
    const text = (name: string) => String(new FormData(form).get(name) ?? '');
    const wish = { intent: 'change-password', current: text('current'), next: text('next'), endOtherSessions: endOthers } as const;
    submit(event, wish, { done: 'Password changed', onDone: () => form.reset() });
  };
  return (
    <Panel id="password-heading" title="Password">
      <form method="post" onSubmit={change}>
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <div className="grid grid-cols-1 gap-x-4 sm:grid-cols-2">
          <PasswordField
            label="Current password"
            name="current"
            autoComplete="current-password"
            hint="Leave it empty where you have none yet."
            error={fields.current}
          />
          <PasswordField
            label="New password"
            name="next"
            autoComplete="new-password"
            required
            minLength={10}
            hint="At least 10 characters."
            error={fields.next}
          />
        </div>
        <CheckBox label="Sign out everywhere else" checked={endOthers} onChange={setEndOthers} />
        <div className="mt-4 empty:hidden">
          <Refusal text={general} />
        </div>
        <div className="mt-4 flex justify-end">
          <Button type="submit" pending={pending}>
            Change password
          </Button>
        </div>
      </form>
    </Panel>
  );
}
