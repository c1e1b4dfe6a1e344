import { lazy, type ReactNode, Suspense } from 'react';
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

export function ModalActions({ children }: { children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}
