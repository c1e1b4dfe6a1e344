import { useNavigate } from '@remix-run/react';
import type { Spec } from '@specwright/protocol/api.ts';
import { lazy, Suspense, useState } from 'react';
import { Choice } from '../ui/choice.tsx';
import { Modal } from '../ui/modal.tsx';
import { Skeleton } from '../ui/surface.tsx';
import { ImportFromRepository } from './import-from-repository.tsx';

/** With the reader of task files: read when the dialog opens first. */
const ImportText = lazy(() => import('./import-text.tsx'));

interface ImportSpecProps {
  projectId: string;
  open: boolean;
  onClose: () => void;
}

export interface ImportFormProps {
  projectId: string;
  onClose: () => void;
  onImported: (spec: Spec) => void;
}

/** A SPEC.md or a task file becomes a spec with its chunks: chosen as a file, pasted, or found in the repository. */
export function ImportSpec({ projectId, open, onClose }: ImportSpecProps) {
  return (
    <Modal wide open={open} onClose={onClose} title="Import SPEC.md">
      <ImportForm projectId={projectId} onClose={onClose} />
    </Modal>
  );
}

function ImportForm({ projectId, onClose }: Omit<ImportSpecProps, 'open'>) {
  const [from, setFrom] = useState<'text' | 'repository'>('text');
  const navigate = useNavigate();
  const props: ImportFormProps = { projectId, onClose, onImported: (spec) => navigate(`/specs/${spec.id}`) };
  return (
    <>
      <Choice
        label="From"
        value={from}
        onChange={setFrom}
        options={[
          { value: 'text', label: 'A file or text' },
          { value: 'repository', label: 'A task file in the repository' },
        ]}
      />
      <Suspense fallback={<Skeleton className="h-80 w-full" />}>
        {from === 'text' ? <ImportText {...props} /> : <ImportFromRepository {...props} />}
      </Suspense>
    </>
  );
}
