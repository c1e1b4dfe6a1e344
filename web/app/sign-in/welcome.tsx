import { useNavigate } from '@remix-run/react';
import type { Me } from '@specwright/protocol/api.ts';
import { type FormEvent, useState } from 'react';
import type { Refused } from '../server/api.ts';
import { SignOut } from '../settings/sign-out.tsx';
import { Button } from '../ui/button.tsx';
import { PlainField } from '../ui/field.tsx';
import { Notice } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import { DoorCard, DoorFrame } from './door-frame.tsx';
import { generalOf } from './form-refusal.ts';

/** The first step of somebody who belongs to no organisation, or wants another one. */
export function Welcome({ me, next }: { me: Me; next: string }) {
  const first = me.organisations.length === 0;
  const navigate = useNavigate();
  return (
    <DoorFrame
      title={first ? `Welcome, ${me.user.name}` : 'New organisation'}
      lead="An organisation holds projects, the people who work on them, and the machines that run the agents."
    >
      <DoorCard>
        <CreateOrganisation onCreated={() => location.assign(next)} />
      </DoorCard>
      {first ? (
        <p className="text-muted">
          Were you invited to one? Open the invitation’s link in this browser: it is for {me.user.email} or for whoever has it.
        </p>
      ) : null}
      <div className="flex flex-wrap gap-2">{first ? <SignOut /> : <Button onClick={() => navigate(-1)}>Back</Button>}</div>
    </DoorFrame>
  );
}

function CreateOrganisation({ onCreated }: { onCreated: () => void }) {
  const { send, pending } = useSend<{ intent: 'create'; name: string }>('/welcome');
  const [refused, setRefused] = useState<Refused | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setRefused(null);
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    send({ intent: 'create', name }, { onRefused: setRefused, onDone: onCreated });
  };
  const general = generalOf(refused, ['name']);
  return (
    <form method="post" onSubmit={submit}>
      <PlainField
        label="Name of the organisation"
        name="name"
        autoComplete="organization"
        placeholder="your team, or you"
        required
        maxLength={120}
        error={refused?.fields?.name}
      />
      {general ? (
        <Notice tone="bad" role="alert">
          {general}
        </Notice>
      ) : null}
      <div className="mt-4">
        <Button kind="primary" type="submit" pending={pending}>
          Create organisation
        </Button>
      </div>
    </form>
  );
}
