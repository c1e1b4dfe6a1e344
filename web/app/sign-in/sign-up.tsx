import { Form, Link, useNavigation } from '@remix-run/react';
import type { SignInOptions } from '@specwright/protocol/people-api.ts';
import { generalOf } from '../ui/refusal.tsx';
import type { DoorLetter, DoorRefusal } from './door-actions.ts';
import { DoorSubmit, EmailField, NameField, NewPasswordField } from './door-fields.tsx';
import { DoorCard, DoorFrame } from './door-frame.tsx';
import { LetterSent } from './letter-sent.tsx';
import { withNext } from './next-page.ts';
import { GitHub } from './sign-in.tsx';

interface SignUpProps {
  options: SignInOptions;
  next: string;
  result: DoorRefusal | DoorLetter | undefined;
}

export function SignUp({ options, next, result }: SignUpProps) {
  if (result && 'letter' in result) return <LetterSent />;
  if (options.signUp === 'invited') {
    return (
      <DoorFrame title="Sign up" lead="This deployment takes people by invitation only.">
        <DoorCard>
          <p>Ask an owner or admin of your organisation for an invitation link, and open it: it leads through the sign-up.</p>
        </DoorCard>
        <ToSignIn next={next} />
      </DoorFrame>
    );
  }
  return (
    <DoorFrame title="Sign up" lead="Then create an organisation, or join one by its invitation.">
      <DoorCard>
        <SignUpForm next={next} refusal={result} />
        {options.github ? <GitHub next={next} /> : null}
      </DoorCard>
      <ToSignIn next={next} />
    </DoorFrame>
  );
}

function SignUpForm({ next, refusal }: { next: string; refusal: DoorRefusal | undefined }) {
  const sending = useNavigation().state === 'submitting';
  const error = refusal?.error;
  const general = generalOf(error, ['name', 'email', 'password']);
  return (
    <Form method="post" action={withNext('/sign-up', next)}>
      <NameField error={error?.fields?.name} />
      <EmailField error={error?.fields?.email} />
      <NewPasswordField error={error?.fields?.password} />
      <DoorSubmit action="Sign up" refusal={general} pending={sending} />
    </Form>
  );
}

function ToSignIn({ next }: { next: string }) {
  return (
    <p className="text-muted">
      Have an account?{' '}
      <Link to={withNext('/sign-in', next)} className="text-accent underline underline-offset-2">
        Sign in
      </Link>
    </p>
  );
}
