import { useNavigate } from '@remix-run/react';
import type { Me } from '@specwright/protocol/api.ts';
import type { FormEvent } from 'react';
import { SignOut } from '../settings/sign-out.tsx';
import { Button } from '../ui/button.tsx';
import { PlainField } from '../ui/field.tsx';
import { useForm } from '../ui/use-form.ts';
import { DoorSubmit } from './door-fields.tsx';
import { DoorCard, DoorFrame } from './door-frame.tsx';

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
  const { submit, pending, fields, general } = useForm<{ intent: 'create'; name: string }>('/welcome', ['name']);
  const create = (event: FormEvent<HTMLFormElement>) => {
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    submit(event, { intent: 'create', name }, { onDone: onCreated });
  };
  return (
    <form method="post" onSubmit={create}>
      <PlainField
        label="Name of the organisation"
        name="name"
        autoComplete="organization"
        placeholder="your team, or you"
        required
        maxLength={120}
        error={fields.name}
      />
      <DoorSubmit action="Create organisation" refusal={general} pending={pending} />
    </form>
  );
}
