import type { Project } from '@specwright/protocol/api.ts';
import { Loaded, loadedPart } from '../ui/loaded.tsx';
import { Modal } from '../ui/modal.tsx';
import { Skeleton } from '../ui/surface.tsx';

/** With the checks of its fields: read when it opens first. */
const startForm = loadedPart(async () => (await import('./start-form.tsx')).default);

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
      <Loaded part={startForm} given={{ project, onClose, onStarted: started }} fallback={<Skeleton className="h-80 w-full" />} />
    </Modal>
  );
}
