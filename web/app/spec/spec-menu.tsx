import { useNavigate } from '@remix-run/react';
import type { Spec } from '@specwright/protocol/api.ts';
import { useState } from 'react';
import { useMay } from '../shell/me.ts';
import { ButtonLink } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { useSend } from '../ui/use-send.ts';
import type { SpecIntent } from './spec-intents.ts';

export function SpecMenu({ spec }: { spec: Spec }) {
  const { send, pending } = useSend<SpecIntent>(`/specs/${spec.id}`);
  const [deleting, setDeleting] = useState(false);
  const navigate = useNavigate();
  const mayWrite = useMay('member');
  const changes: MenuItem[] = [
    {
      label: 'Duplicate',
      onSelect: () => send({ intent: 'duplicate' }, { done: 'Duplicated', onDone: (copy: Spec) => navigate(`/specs/${copy.id}`) }),
    },
    { label: 'Delete', danger: true, onSelect: () => setDeleting(true) },
  ];
  return (
    <>
      <ButtonLink kind="ghost" to={`/api/specs/${spec.id}/export`} reloadDocument download>
        Export
      </ButtonLink>
      <Menu
        label={`Actions for ${spec.title}`}
        items={[
          // An attachment: the page stays.
          { label: 'Export as tasks.md', onSelect: () => location.assign(`/api/specs/${spec.id}/export?format=tasks`) },
          ...(mayWrite ? changes : []),
        ]}
      />
      <DeleteSpec spec={spec} open={deleting} onClose={() => setDeleting(false)} pending={pending} send={send} />
    </>
  );
}

interface DeleteSpecProps {
  spec: Spec;
  open: boolean;
  onClose: () => void;
  pending: boolean;
  send: ReturnType<typeof useSend<SpecIntent>>['send'];
}

function DeleteSpec({ spec, open, onClose, pending, send }: DeleteSpecProps) {
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title="Delete spec"
      action="Delete spec"
      pending={pending}
      // The page that would answer is gone with the spec: leave it by a full load.
      onConfirm={() => send({ intent: 'delete' }, { onDone: () => location.assign(`/projects/${spec.projectId}`), done: 'Deleted' })}
    >
      “{spec.title}”, its chunks and the logs of its runs are deleted; a run that goes on is stopped. Branches and commits stay in the
      repository. This cannot be undone.
    </Confirm>
  );
}
