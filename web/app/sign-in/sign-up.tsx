import { Form, Link, useNavigation } from '@remix-run/react';
import type { SignInOptions } from '@specwright/protocol/people-api.ts';
import { Button } from '../ui/button.tsx';
import { PasswordField, PlainField } from '../ui/field.tsx';
import { Notice } from '../ui/surface.tsx';
import type { DoorLetter, DoorRefusal } from './door-actions.ts';
import { DoorCard, DoorFrame } from './door-frame.tsx';
import { generalOf } from './form-refusal.ts';
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
      <PlainField label="Your name" name="name" autoComplete="name" required maxLength={120} error={error?.fields?.name} />
      <PlainField
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        required
        maxLength={254}
        error={error?.fields?.email}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="new-password"
        required
        minLength={10}
        hint="At least 10 characters."
        error={error?.fields?.password}
      />
      {general ? (
        <Notice tone="bad" role="alert">
          {general}
        </Notice>
      ) : null}
      <div className="mt-4">
        <Button kind="primary" type="submit" pending={sending}>
          Sign up
        </Button>
      </div>
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
