import type { Project } from '@specwright/protocol/api.ts';
import { lazy, Suspense } from 'react';
import { Modal } from '../ui/modal.tsx';
import { Skeleton } from '../ui/surface.tsx';

/** With the checks of its fields: read when it opens first. */
const StartForm = lazy(() => import('./start-form.tsx'));

interface StartDialogProps {
  project: Project;
  open: boolean;
  onClose: () => void;
  onStarted?: (runId: string) => void;
}

/** "Complete Phase": looks at the repository, asks once, starts. */
export function StartDialog({ project, open, onClose, onStarted }: StartDialogProps) {
  const started = (runId: string) => {
    onClose();
    onStarted?.(runId);
  };
  return (
    <Modal wide open={open} onClose={onClose} title={`Complete Phase · ${project.name}`}>
      <Suspense fallback={<Skeleton className="h-48 w-full" />}>
        <StartForm project={project} onClose={onClose} onStarted={started} />
      </Suspense>
    </Modal>
  );
}
