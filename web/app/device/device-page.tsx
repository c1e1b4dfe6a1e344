import { Form, Link } from '@remix-run/react';
import type { Me } from '@specwright/protocol/api.ts';
import type { ApprovedDevice, DeviceRequest } from '@specwright/protocol/runners-api.ts';
import { useState } from 'react';
import { labelsIn, labelsProblem } from '../machines/sharing.ts';
import { isAtLeast } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { PlainField, SelectField, TextField } from '../ui/field.tsx';
import { Notice } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import type { DeviceIntent } from './device-intents.ts';

interface DevicePageProps {
  me: Me;
  /** As it stands in the address; empty: a person types it. */
  code: string;
  /** Null: there is no such request. */
  device: DeviceRequest | null;
  problem: string | null;
}

/** A machine or a command line asks to be let in: its code is compared, then approved or denied. */
export function DevicePage({ me, code, device, problem }: DevicePageProps) {
  return (
    <main className="mx-auto max-w-[520px] py-8">
      <h1 className="text-[20px] font-semibold tracking-tight">
        {device?.machineName === null ? 'Let the command line in' : 'Let a machine in'}
      </h1>
      <div className="mt-5 rounded-lg border border-line bg-surface p-5">
        {device === null ? (
          <TypeCode code={code} problem={problem} />
        ) : device.status === 'pending' ? (
          <Decide me={me} device={device} />
        ) : (
          <Decided status={device.status} machineName={device.machineName} />
        )}
      </div>
    </main>
  );
}

function TypeCode({ code, problem }: { code: string; problem: string | null }) {
  return (
    <Form method="get" action="/device">
      <p className="mb-4 text-muted">The terminal shows a code. Type it here.</p>
      <PlainField
        label="Code"
        name="code"
        defaultValue={code}
        required
        autoFocus
        autoComplete="one-time-code"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={20}
        placeholder="ABCD-EFGH"
        error={problem}
        className="uppercase tracking-[0.12em]"
      />
      <Button kind="primary" type="submit">
        Go on
      </Button>
    </Form>
  );
}

function Decide({ me, device }: { me: Me; device: DeviceRequest }) {
  const { send, pending } = useSend<DeviceIntent>('/device');
  const machine = device.machineName !== null;
  const places = me.organisations.filter((organisation) => !machine || isAtLeast(organisation.role, 'member'));
  const [place, setPlace] = useState(
    places.some((it) => it.id === me.organisation?.id) ? (me.organisation?.id ?? '') : (places[0]?.id ?? ''),
  );
  const [done, setDone] = useState<{ name: string | null; organisation: string } | 'denied' | null>(null);
  const [labels, setLabels] = useState('');
  const userCode = device.userCode;
  if (done === 'denied') return <Decided status="denied" machineName={device.machineName} />;
  if (done) return <LetIn name={done.name} organisation={done.organisation} />;
  if (places.length === 0) return <p>A viewer adds no machines. Ask an admin or member of your organisation.</p>;
  return (
    <div>
      <p className="text-muted">
        {machine ? (
          <>
            <strong className="break-words font-semibold text-ink">{device.machineName}</strong> asks to become a machine of yours.
          </>
        ) : (
          'The command line asks to act as you.'
        )}{' '}
        Does the terminal show this code?
      </p>
      <p className="my-4 text-center text-[24px] font-semibold tracking-[0.14em] text-accent" data-testid="user-code">
        {userCode}
      </p>
      {places.length > 1 ? (
        <SelectField
          label="Organisation"
          value={place}
          onChange={setPlace}
          options={places.map((organisation) => ({ value: organisation.id, label: organisation.name }))}
        />
      ) : (
        <p className="mb-4">
          In <strong className="font-semibold">{places[0]?.name}</strong>, as {me.user.name}.
        </p>
      )}
      {machine ? (
        <TextField
          label="Labels (optional)"
          value={labels}
          onChange={setLabels}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="linux, gpu"
          hint="Parted by commas. A project that asks for labels is served by machines that have them all."
          error={labelsProblem(labels)}
        />
      ) : null}
      <Notice tone="warn">Approve only what you started yourself just now. If somebody sent you here, deny it.</Notice>
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Button kind="ghost" disabled={pending} onClick={() => send({ intent: 'deny', userCode }, { onDone: () => setDone('denied') })}>
          Deny
        </Button>
        <Button
          kind="primary"
          pending={pending}
          disabled={machine && labelsProblem(labels) !== null}
          onClick={() =>
            send(
              { intent: 'approve', userCode, organisationId: place, labels: machine ? labelsIn(labels) : [] },
              { onDone: (entered: ApprovedDevice) => setDone({ name: entered.machineName, organisation: entered.organisation.name }) },
            )
          }
        >
          Approve
        </Button>
      </div>
    </div>
  );
}

function LetIn({ name, organisation }: { name: string | null; organisation: string }) {
  return (
    <div role="status">
      <p>
        {name === null ? `The command line is signed in to ${organisation}.` : `${name} is let in to ${organisation}.`} Go back to the
        terminal: it goes on by itself.
      </p>
      {name === null ? null : (
        <p className="mt-4">
          <Link to="/machines" className="text-accent underline underline-offset-2">
            See the machines
          </Link>
        </p>
      )}
    </div>
  );
}

const SAID = {
  approved: 'This request was approved. The terminal goes on by itself.',
  denied: 'This request is denied. Nothing was let in.',
  expired: 'This code has run out. Start again in the terminal.',
  pending: '',
};

function Decided({ status }: { status: DeviceRequest['status']; machineName: string | null }) {
  return <p role="status">{SAID[status]}</p>;
}
