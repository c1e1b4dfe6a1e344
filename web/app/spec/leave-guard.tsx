import { useBlocker } from '@remix-run/react';
import { useEffect } from 'react';
import { isReloading } from '../live/reload.ts';
import { Button } from '../ui/button.tsx';
import { Modal, ModalActions } from '../ui/modal.tsx';

/** Asks before a page with unsaved changes is left. The draft stays in this browser either way. */
export function LeaveGuard({ dirty }: { dirty: boolean }) {
  const blocker = useBlocker(({ currentLocation, nextLocation }) => dirty && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => {
      if (!isReloading()) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [dirty]);
  return (
    <Modal
      open={blocker.state === 'blocked'}
      onClose={() => blocker.reset?.()}
      title="Leave without saving?"
      description="Your changes are not saved. They stay as a draft in this browser and are shown again when you come back."
    >
      <ModalActions>
        <Button kind="ghost" onClick={() => blocker.proceed?.()}>
          Leave
        </Button>
        <Button kind="primary" autoFocus onClick={() => blocker.reset?.()}>
          Stay
        </Button>
      </ModalActions>
    </Modal>
  );
}
