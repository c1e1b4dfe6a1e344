import { Link } from '@remix-run/react';
import type { InvitationLook, SignedUp } from '@specwright/protocol/people-api.ts';
import { useEffect, useState } from 'react';
import type { Refused } from '../server/api.ts';
import { Button, Spinner } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useSend } from '../ui/use-send.ts';
import { DoorCard, DoorFrame } from './door-frame.tsx';
import { useFragmentToken } from './fragment-token.ts';
import { EnterForm } from './join-forms.tsx';
import type { JoinIntent } from './join-intents.ts';
import { LetterSent } from './letter-sent.tsx';

interface JoinProps {
  /** Who is signed in in this browser. */
  me: { name: string; email: string } | null;
}

/** An invitation's link: shows who invites to what, lets the person sign up or in, and accepts. */
export function Join({ me }: JoinProps) {
  const token = useFragmentToken();
  if (token === undefined) return <Waiting />;
  if (token === null) {
    return (
      <DoorFrame title="Join an organisation">
        <DoorCard>
          <p>This page needs the whole invitation link, with the part after “#”. Open the link again, or ask for a new one.</p>
        </DoorCard>
      </DoorFrame>
    );
  }
  return <Invited key={token} token={token} me={me} />;
}

function Waiting() {
  return (
    <DoorFrame title="Join an organisation">
      <p className="flex items-center gap-2 text-muted" role="status">
        <Spinner /> Reading the invitation…
      </p>
    </DoorFrame>
  );
}

function Invited({ token, me }: JoinProps & { token: string }) {
  const { send } = useSend<JoinIntent>('/join');
  const [look, setLook] = useState<InvitationLook | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);
  useEffect(() => {
    send({ intent: 'look', token }, { onDone: setLook, onRefused: setRefused });
  }, [send, token]);
  if (refused) {
    return (
      <DoorFrame title="This invitation does not open">
        <DoorCard>
          <p role="alert">
            {refused.code === 'NOT_FOUND' ? 'It was used, withdrawn, or has run out. Ask who invited you for a new one.' : refused.message}
          </p>
        </DoorCard>
        <p>
          <Link to="/" className="text-accent underline underline-offset-2">
            Go to Specwright
          </Link>
        </p>
      </DoorFrame>
    );
  }
  if (look === null) return <Waiting />;
  return (
    <DoorFrame
      title={`Join ${look.organisationName}`}
      lead={
        <p>
          {look.invitedBy} invites you as <strong className="font-semibold text-ink">{look.role}</strong>.
        </p>
      }
    >
      <Accept token={token} look={look} me={me} />
    </DoorFrame>
  );
}

interface AcceptProps extends JoinProps {
  token: string;
  look: InvitationLook;
}

function Accept({ token, look, me }: AcceptProps) {
  const { send, pending } = useSend<JoinIntent>('/join');
  const [refused, setRefused] = useState<Refused | null>(null);
  const [way, setWay] = useState<'new' | 'known'>('new');
  const [other, setOther] = useState(false);
  const [posted, setPosted] = useState(false);
  const accept = () => {
    setRefused(null);
    send({ intent: 'accept', token }, { onRefused: setRefused, onDone: () => location.assign('/') });
  };
  const signedUp = ({ signedIn }: SignedUp) => (signedIn ? location.assign('/') : setPosted(true));
  if (posted) return <LetterSent />;
  const alert = <Refusal text={refused?.message} />;
  if (me && !other) {
    return (
      <DoorCard>
        <p className="break-words">
          You are signed in as {me.name} ({me.email}).
        </p>
        {look.email && look.email.toLowerCase() !== me.email.toLowerCase() ? (
          <p className="mt-2 text-warn">The invitation is for {look.email}.</p>
        ) : null}
        <div className="mt-4 flex flex-wrap gap-2">
          <Button kind="primary" pending={pending} onClick={accept}>
            Join {look.organisationName}
          </Button>
          <Button kind="ghost" onClick={() => setOther(true)}>
            Use another account
          </Button>
        </div>
        <div className="mt-4 empty:hidden">{alert}</div>
      </DoorCard>
    );
  }
  return (
    <DoorCard>
      <Choice
        label="Account"
        value={way}
        onChange={setWay}
        options={[
          { value: 'new', label: 'I am new here' },
          { value: 'known', label: 'I have an account' },
        ]}
      />
      <EnterForm
        key={way}
        isNew={way === 'new'}
        token={token}
        email={look.email}
        onSignedIn={accept}
        onSignedUp={signedUp}
        busy={pending}
      />
      {alert ? <div className="mt-4">{alert}</div> : null}
    </DoorCard>
  );
}
