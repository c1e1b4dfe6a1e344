import type { CreatedRegistrationToken, RegistrationToken, RunnerSharing } from '@specwright/protocol/runners-api.ts';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { RadioList, TextField } from '../ui/field.tsx';
import { FormActions, Modal } from '../ui/modal.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { SecretOnce } from '../ui/secret-once.tsx';
import { Panel } from '../ui/surface.tsx';
import { useForm } from '../ui/use-form.ts';
import type { MachineIntent } from './machine-intents.ts';
import { labelsIn, SHARING_WORDS } from './sharing.ts';
import { TokenRow } from './token-row.tsx';

interface TokenPanelProps {
  tokens: RegistrationToken[] | null;
  origin: string;
}

/** The way for machines that nobody sits at: a token, good once and for one hour. */
export function TokenPanel({ tokens, origin }: TokenPanelProps) {
  const [making, setMaking] = useState(false);
  const [created, setCreated] = useState<CreatedRegistrationToken | null>(null);
  const close = () => {
    setMaking(false);
    setCreated(null);
  };
  return (
    <Panel
      id="way-token"
      title="A machine without a person"
      aside={
        <Button small kind="primary" onClick={() => setMaking(true)}>
          + Create token
        </Button>
      }
    >
      <p className="mb-3">Create a registration token. On the machine this asks for it on standard input (paste it, Enter, Ctrl D):</p>
      <div className="grid grid-cols-1 gap-2">
        <CommandLine command={`npx specwright runner register --server ${origin} --token-file -`} />
        <CommandLine command="npx specwright runner install" />
      </div>
      <p className="mt-2 text-[12px] text-faint">
        A token registers one machine, within the hour. Scripts may set SPECWRIGHT_REGISTRATION_TOKEN instead. The machine then has a key of
        its own.
      </p>
      {tokens && tokens.length > 0 ? (
        <ul aria-label="Registration tokens" className="mt-4 divide-y divide-line border-t border-line">
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </ul>
      ) : null}
      <Modal open={making} onClose={close} title="Create a registration token">
        {created ? (
          <SecretOnce label="The token" secret={created.token} onDone={close}>
            It works once, for one hour, and is shown this once.
          </SecretOnce>
        ) : (
          <TokenForm onCreated={setCreated} onClose={close} />
        )}
      </Modal>
    </Panel>
  );
}

interface TokenFormProps {
  onCreated: (created: CreatedRegistrationToken) => void;
  onClose: () => void;
}

function TokenForm({ onCreated, onClose }: TokenFormProps) {
  const { submit, pending, fields, general } = useForm<MachineIntent>('/machines/add', ['labels']);
  const [labels, setLabels] = useState('');
  const [sharing, setSharing] = useState<RunnerSharing>('organisation');
  const create = (event: FormEvent) => submit(event, { intent: 'create-token', labels: labelsIn(labels), sharing }, { onDone: onCreated });
  return (
    <form method="post" onSubmit={create}>
      <RadioList
        label="The machine works for"
        value={sharing}
        onChange={setSharing}
        options={(['organisation', 'owner'] as const).map((value) => ({
          value,
          ...(value === 'owner' ? { label: 'You only', hint: 'For runs that you start, until you share it.' } : SHARING_WORDS[value]),
        }))}
      />
      <TextField
        label="Labels (optional)"
        value={labels}
        onChange={setLabels}
        placeholder="linux, gpu"
        autoComplete="off"
        spellCheck={false}
        error={fields.labels}
      />
      <Refusal text={general} />
      <FormActions action="Create token" pending={pending} onCancel={onClose} />
    </form>
  );
}
