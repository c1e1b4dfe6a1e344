import { Form, Link, useNavigation } from '@remix-run/react';
import type { SignInOptions } from '@specwright/protocol/people-api.ts';
import { Button } from '../ui/button.tsx';
import { PlainField } from '../ui/field.tsx';
import { Notice } from '../ui/surface.tsx';
import type { DoorRefusal } from './door-actions.ts';
import { DoorCard, DoorFrame } from './door-frame.tsx';

interface ForgotProps {
  options: SignInOptions;
  result: DoorRefusal | { sent: true } | undefined;
}

/** Asks for a link to set a new password. The answer is the same whether the address is known or not. */
export function Forgot({ options, result }: ForgotProps) {
  const sending = useNavigation().state === 'submitting';
  const refusal = result && 'error' in result ? result.error : null;
  return (
    <DoorFrame title="A new password">
      <DoorCard>
        {!options.mail ? (
          <p>
            This deployment sends no mail. Ask an owner or admin of your organisation for a reset link: they make one under People, beside
            your name.
          </p>
        ) : result && 'sent' in result ? (
          <p role="status">If there is an account with this address, a link is on its way. It works once, for one hour.</p>
        ) : (
          <Form method="post">
            <PlainField
              label="E-mail"
              name="email"
              type="email"
              autoComplete="username"
              autoCapitalize="none"
              required
              maxLength={254}
              error={refusal?.fields?.email}
            />
            {refusal && !refusal.fields?.email ? (
              <Notice tone="bad" role="alert">
                {refusal.message}
              </Notice>
            ) : null}
            <div className="mt-4">
              <Button kind="primary" type="submit" pending={sending}>
                Send a link
              </Button>
            </div>
          </Form>
        )}
      </DoorCard>
      <p>
        <Link to="/sign-in" className="text-accent underline underline-offset-2">
          Back to the sign-in
        </Link>
      </p>
    </DoorFrame>
  );
}
