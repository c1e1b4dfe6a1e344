import { Toaster } from 'sonner';

/** Results of what a person did; read out by screen readers. */
export function Toasts() {
  return (
    <Toaster
      position="bottom-left"
      theme="system"
      toastOptions={{
        style: {
          background: 'var(--raised)',
          color: 'var(--ink)',
          border: '1px solid var(--line-strong)',
          fontFamily: 'var(--font-mono)',
          fontSize: '13px',
          borderRadius: '8px',
        },
      }}
    />
  );
}
