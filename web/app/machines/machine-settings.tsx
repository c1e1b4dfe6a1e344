import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { Panel } from '../ui/surface.tsx';
import { useForm } from '../ui/use-form.ts';
import type { MachineIntent } from './machine-intents.ts';
import { labelsIn, labelsProblem } from './sharing.ts';

/** Its name and labels. */
export function MachineSettings({ machine }: { machine: RunnerInfo }) {
  const { submit, pending, fields, general } = useForm<MachineIntent>(`/machines/${machine.id}`, ['name', 'labels']);
  const [name, setName] = useState(machine.name);
  const [labels, setLabels] = useState(machine.labels.join(', '));
  const save = (event: FormEvent) => {
    const changes = { name: name.trim(), labels: labelsIn(labels) };
    submit(event, { intent: 'update-machine', runnerId: machine.id, changes }, { done: 'Saved' });
  };
  return (
    <Panel id="machine-settings" title="Name and labels">
      <form method="post" onSubmit={save}>
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          required
          maxLength={63}
          autoComplete="off"
          spellCheck={false}
          error={fields.name}
        />
        <TextField
          label="Labels"
          value={labels}
          onChange={setLabels}
          autoComplete="off"
          spellCheck={false}
          placeholder="linux, gpu"
          hint="Parted by commas. A project that asks for labels is served by machines that have them all."
          error={labelsProblem(labels) ?? fields.labels}
        />
        <Refusal text={general} />
        <div className="mt-4 flex justify-end">
          <Button type="submit" pending={pending} disabled={name.trim() === ''}>
            Save name and labels
          </Button>
        </div>
      </form>
    </Panel>
  );
}
