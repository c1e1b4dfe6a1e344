import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { type FormEvent, useState } from 'react';
import type { Refused } from '../server/api.ts';
import { generalOf } from '../sign-in/form-refusal.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Notice, Panel } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import type { MachineIntent } from './machine-intents.ts';
import { labelsIn } from './sharing.ts';

/** Its name and labels. */
export function MachineSettings({ machine }: { machine: RunnerInfo }) {
  const { send, pending } = useSend<MachineIntent>(`/machines/${machine.id}`);
  const [name, setName] = useState(machine.name);
  const [labels, setLabels] = useState(machine.labels.join(', '));
  const [refused, setRefused] = useState<Refused | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setRefused(null);
    const changes = { name: name.trim(), labels: labelsIn(labels) };
    send({ intent: 'update-machine', runnerId: machine.id, changes }, { done: 'Saved', onRefused: setRefused });
  };
  const general = generalOf(refused, ['name', 'labels']);
  return (
    <Panel id="machine-settings" title="Name and labels">
      <form method="post" onSubmit={submit}>
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          required
          maxLength={63}
          autoComplete="off"
          spellCheck={false}
          error={refused?.fields?.name}
        />
        <TextField
          label="Labels"
          value={labels}
          onChange={setLabels}
          autoComplete="off"
          spellCheck={false}
          placeholder="linux, gpu"
          hint="Parted by commas. A project that asks for labels is served by machines that have them all."
          error={refused?.fields?.labels}
        />
        {general ? (
          <Notice tone="bad" role="alert">
            {general}
          </Notice>
        ) : null}
        <div className="mt-4 flex justify-end">
          <Button type="submit" pending={pending} disabled={name.trim() === ''}>
            Save name and labels
          </Button>
        </div>
      </form>
    </Panel>
  );
}
