import { lazy, type ReactNode, Suspense } from 'react';
import { Button } from './button.tsx';
import type { ModalProps } from './modal-box.tsx';

const ModalBox = lazy(() => import('./modal-box.tsx'));

/** A dialog over the page. Its code is read when one opens first: a page that is only watched does not carry it. */
export function Modal(props: ModalProps) {
  if (!props.open) return null;
  return (
    <Suspense fallback={null}>
      <ModalBox {...props} />
    </Suspense>
  );
}

interface FormActionsProps {
  /** What sending the form does. */
  action: string;
  pending: boolean;
  disabled?: boolean;
  onCancel: () => void;
}

/** The end of a form in a dialog: leave it, or send it. */
export function FormActions({ action, pending, disabled, onCancel }: FormActionsProps) {
  return (
    <ModalActions>
      <Button kind="ghost" onClick={onCancel}>
        Cancel
      </Button>
      <Button kind="primary" type="submit" pending={pending} disabled={disabled}>
        {action}
      </Button>
    </ModalActions>
  );
}

export function ModalActions({ children }: { children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}
