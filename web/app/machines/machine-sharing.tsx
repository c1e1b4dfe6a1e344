import type { Project } from '@specwright/protocol/api.ts';
import type { RunnerInfo, RunnerSharing } from '@specwright/protocol/runners-api.ts';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { CheckBox, RadioList } from '../ui/field.tsx';
import { Panel } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import type { MachineIntent } from './machine-intents.ts';
import { SHARING_WORDS } from './sharing.ts';

const ALL: RunnerSharing[] = ['owner', 'projects', 'organisation'];

/** Who is given its time. */
export function MachineSharing({ machine, projects }: { machine: RunnerInfo; projects: Project[] }) {
  const { send, pending } = useSend<MachineIntent>(`/machines/${machine.id}`);
  const [sharing, setSharing] = useState(machine.sharing);
  const [chosen, setChosen] = useState(machine.projectIds);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const changes = { sharing, projectIds: sharing === 'projects' ? chosen : [] };
    send({ intent: 'update-machine', runnerId: machine.id, changes }, { done: 'Sharing saved' });
  };
  return (
    <Panel id="sharing-heading" title="Sharing">
      <form method="post" onSubmit={submit}>
        <RadioList
          label="It works for"
          value={sharing}
          onChange={setSharing}
          options={ALL.map((value) => ({ value, ...SHARING_WORDS[value] }))}
        />
        {sharing === 'projects' ? (
          <fieldset className="mb-4 ml-6 grid grid-cols-1 gap-1">
            <legend className="mb-1 text-[12px] text-muted">Projects</legend>
            {projects.length === 0 ? <p className="text-faint">There is no project yet.</p> : null}
            {projects.map((project) => (
              <CheckBox
                key={project.id}
                label={project.name}
                checked={chosen.includes(project.id)}
                onChange={(on) => setChosen(on ? [...chosen, project.id] : chosen.filter((id) => id !== project.id))}
              />
            ))}
          </fieldset>
        ) : null}
        <p className="text-[12px] text-faint">Whose runs it takes uses that machine’s agents, and the model keys on it.</p>
        <div className="mt-4 flex justify-end">
          <Button type="submit" pending={pending}>
            Save sharing
          </Button>
        </div>
      </form>
    </Panel>
  );
}
