import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import { CommandLine } from '../ui/command-line.tsx';
import { LookRefused } from './look-refused.tsx';

interface NoMachineProps {
  message: string;
  again: () => void;
  /** What holds for what the person is about to do. */
  children?: ReactNode;
}

/** No machine could look, and what to do about it. */
export function NoMachine({ message, again, children }: NoMachineProps) {
  return (
    <div data-testid="phase-no-machine" className="grid grid-cols-1 gap-2">
      <LookRefused again={again}>
        <span className="block font-semibold">No machine that serves this repository is online</span>
        {message}
      </LookRefused>
      <p className="text-muted">
        On the machine that has it, in the repository’s folder, allow it and start the runner (see{' '}
        <Link to="/machines" className="text-accent underline underline-offset-2">
          the machines
        </Link>
        ). {children}
      </p>
      <CommandLine command="npx specwright runner link ." />
      <CommandLine command="npx specwright runner start" />
    </div>
  );
}
