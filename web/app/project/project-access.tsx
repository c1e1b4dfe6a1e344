import type { Project } from '@specwright/protocol/api.ts';
import type { Member, ProjectMembers } from '@specwright/protocol/people-api.ts';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { CheckBox, RadioList } from '../ui/field.tsx';
import { Panel } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import type { ProjectIntent } from './project-intents.ts';

interface ProjectAccessProps {
  project: Project;
  access: ProjectMembers;
  members: Member[];
}

/** Who sees the project: everybody of the organisation, or the chosen ones beside its owner and admins. */
export function ProjectAccess({ project, access, members }: ProjectAccessProps) {
  const { send, pending } = useSend<ProjectIntent>(`/projects/${project.id}`);
  const [restricted, setRestricted] = useState(access.restricted);
  const [chosen, setChosen] = useState(access.userIds);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const userIds = restricted ? chosen : [];
    send({ intent: 'set-access', projectId: project.id, access: { restricted, userIds } }, { done: 'Access saved' });
  };
  const sees = (member: Member) => member.role === 'owner' || member.role === 'admin';
  return (
    <Panel id="access-heading" title="Access">
      <form method="post" onSubmit={submit}>
        <RadioList
          label="Seen by"
          value={restricted ? 'some' : 'all'}
          onChange={(value) => setRestricted(value === 'some')}
          options={[
            { value: 'all', label: 'Everybody of the organisation' },
            { value: 'some', label: 'Some members', hint: 'For others the project is not there.' },
          ]}
        />
        {restricted ? (
          <fieldset className="mb-4 grid grid-cols-1 gap-1">
            <legend className="mb-1 text-[12px] text-muted">Members</legend>
            {members.map((member) => (
              <CheckBox
                key={member.userId}
                label={member.name}
                hint={sees(member) ? `${member.role}: sees every project` : member.email}
                checked={sees(member) || chosen.includes(member.userId)}
                disabled={sees(member)}
                onChange={(on) => setChosen(on ? [...chosen, member.userId] : chosen.filter((id) => id !== member.userId))}
              />
            ))}
          </fieldset>
        ) : null}
        <div className="flex justify-end">
          <Button type="submit" pending={pending}>
            Save access
          </Button>
        </div>
      </form>
    </Panel>
  );
}
