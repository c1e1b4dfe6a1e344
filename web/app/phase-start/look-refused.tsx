import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/surface.tsx';

/** No machine told what it sees in the repository: why, and a button that asks again. */
export function LookRefused({ again, children }: { again: () => void; children: ReactNode }) {
  return (
    <Notice
      tone="warn"
      role="alert"
      action={
        <Button small onClick={again}>
          Look again
        </Button>
      }
    >
      {children}
    </Notice>
  );
}
