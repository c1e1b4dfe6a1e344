import { Form, Link, useNavigation } from '@remix-run/react';
import type { SignInOptions } from '@specwright/protocol/people-api.ts';
import { generalOf } from '../ui/refusal.tsx';
import type { DoorRefusal } from './door-actions.ts';
import { DoorSubmit, EmailField } from './door-fields.tsx';
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
            <EmailField error={refusal?.fields?.email} />
            <DoorSubmit action="Send a link" refusal={generalOf(refusal, ['email'])} pending={sending} />
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
