import { Form, Link, useNavigation, useSubmit } from '@remix-run/react';
import type { SignInOptions } from '@specwright/protocol/people-api.ts';
import { Button, Spinner } from '../ui/button.tsx';
import { generalOf, Refusal } from '../ui/refusal.tsx';
import { Notice } from '../ui/surface.tsx';
import type { DoorRefusal } from './door-actions.ts';
import { EmailField, KnownPasswordField } from './door-fields.tsx';
import { DoorCard, DoorFrame } from './door-frame.tsx';
import { useLinkSignIn } from './link-sign-in.tsx';
import { withNext } from './next-page.ts';

interface SignInProps {
  options: SignInOptions;
  next: string;
  /** The name of who is signed in already. */
  known: string | null;
  refusal: DoorRefusal | undefined;
  note: string | null;
}

/** By password, by GitHub where the deployment has its keys, by a one-time link on one's own machine. */
export function SignIn({ options, next, known, refusal, note }: SignInProps) {
  const stage = useLinkSignIn();
  if (stage.name === 'signing-in') {
    return (
      <DoorFrame title="Sign in">
        <p className="flex items-center gap-2 text-muted" role="status">
          <Spinner /> Signing in…
        </p>
      </DoorFrame>
    );
  }
  return (
    <DoorFrame title="Sign in" lead="A spec becomes reviewed commits, by agents on your own machine.">
      <Refusal text={stage.name === 'refused' ? stage.message : null} />
      {note ? (
        <Notice tone="accent" role="status">
          {note}
        </Notice>
      ) : null}
      {known ? (
        <Notice tone="info">
          You are signed in as {known}.{' '}
          <Link to={next} className="underline underline-offset-2">
            Go on
          </Link>
        </Notice>
      ) : null}
      {options.local ? <ByLink /> : null}
      <DoorCard>
        <h2 className="mb-4 font-semibold">Sign in with a password</h2>
        <PasswordForm next={next} refusal={refusal} mail={options.mail} />
        {options.github ? <GitHub next={next} /> : null}
      </DoorCard>
      <p className="text-muted">
        {options.signUp === 'open' ? (
          <>
            No account yet?{' '}
            <Link to={withNext('/sign-up', next)} className="text-accent underline underline-offset-2">
              Sign up
            </Link>
          </>
        ) : (
          'No account yet? Ask somebody of your organisation for an invitation.'
        )}
      </p>
    </DoorFrame>
  );
}

function PasswordForm({ next, refusal, mail }: { next: string; refusal: DoorRefusal | undefined; mail: boolean }) {
  const sending = useNavigation().state === 'submitting';
  const error = refusal?.error;
  const general = generalOf(error, ['email', 'password']);
  return (
    <Form method="post" action={withNext('/sign-in', next)} noValidate={false}>
      <EmailField error={error?.fields?.email} />
      <KnownPasswordField error={error?.fields?.password} />
      <Refusal text={general} />
      <div className="mt-4 flex flex-wrap items-center justify-between gap-3">
        <Button kind="primary" type="submit" pending={sending}>
          Sign in
        </Button>
        <Link to="/forgot" className="text-[12px] text-muted underline underline-offset-2 hover:text-ink">
          {mail ? 'Forgot the password?' : 'Password forgotten?'}
        </Link>
      </div>
    </Form>
  );
}

/** Sent by script: the policy of our pages lets a form lead to ourselves only. */
export function GitHub({ next }: { next: string }) {
  const submit = useSubmit();
  return (
    <div className="mt-4 border-t border-line pt-4">
      <Button className="w-full" onClick={() => submit({ with: 'github', next }, { method: 'post', action: withNext('/sign-in', next) })}>
        Continue with GitHub
      </Button>
    </div>
  );
}

function ByLink() {
  return (
    <DoorCard>
      <h2 className="font-semibold">Sign in with a link</h2>
      <p className="mt-1 text-muted">The owner of this machine needs no password. A link works once:</p>
      <dl className="mt-4 grid grid-cols-1 gap-3">
        <Way command="npm start" what="starts Specwright and prints a link" />
        <Way command="npx specwright link" what="prints a new link while it runs" />
      </dl>
    </DoorCard>
  );
}

function Way({ command, what }: { command: string; what: string }) {
  return (
    <div>
      <dt>
        <code className="inline-block rounded border border-line bg-sunken px-2 py-0.5 text-accent">
          <span aria-hidden="true" className="select-none text-faint">
            ${' '}
          </span>
          {command}
        </code>
      </dt>
      <dd className="mt-1 text-[12px] text-faint">{what}</dd>
    </div>
  );
}
