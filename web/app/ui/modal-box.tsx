import * as Dialog from '@radix-ui/react-dialog';
import type { ReactNode } from 'react';
import { cx } from './class-names.ts';
import { Icon } from './icon.tsx';

export interface ModalProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  wide?: boolean;
  /** A drawer comes in from the right and uses the whole height. */
  drawer?: boolean;
  children?: ReactNode;
}

/** A dialog: focus is held inside, Escape closes, focus goes back to where it was. */
export default function ModalBox({ open, onClose, title, description, wide, drawer, children }: ModalProps) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-(--veil)" />
        <Dialog.Content
          onInteractOutside={keepForToasts}
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={cx(
            'fixed z-50 animate-rise overflow-y-auto border border-line bg-surface shadow-(--shadow) outline-none',
            drawer
              ? 'inset-y-0 right-0 w-full max-w-[560px] border-y-0 border-r-0'
              : 'left-1/2 top-[12vh] max-h-[80vh] w-[calc(100vw-24px)] -translate-x-1/2 rounded-lg',
            !drawer && (wide ? 'max-w-[880px]' : 'max-w-[480px]'),
          )}
        >
          <header className="sticky top-0 z-10 flex items-center justify-between gap-4 border-b border-line bg-surface px-5 py-3">
            <Dialog.Title className="text-[14px] font-semibold">{title}</Dialog.Title>
            <Dialog.Close
              className="grid size-7 place-items-center rounded-md text-muted hover:bg-raised hover:text-ink"
              aria-label="Close"
            >
              <Icon name="cross" />
            </Dialog.Close>
          </header>
          <div className="p-5">
            {description ? <Dialog.Description className="mb-4 text-muted">{description}</Dialog.Description> : null}
            {children}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** A click on a toast is no click outside: what is typed here must not go with it. */
function keepForToasts(event: Event): void {
  const at = (event as CustomEvent<{ originalEvent: Event }>).detail?.originalEvent.target;
  if (at instanceof Element && at.closest('[data-sonner-toaster]')) event.preventDefault();
}
