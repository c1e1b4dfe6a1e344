import { Link } from '@remix-run/react';
import { Button } from '../ui/button.tsx';
import { CommandLine } from '../ui/command-line.tsx';
import { Notice } from '../ui/surface.tsx';

/** No machine could look: what to do about it, and that a start waits for one. */
export function NoMachine({ message, again }: { message: string; again: () => void }) {
  return (
    <div data-testid="phase-no-machine" className="grid grid-cols-1 gap-2">
      <Notice
        tone="warn"
        role="alert"
        action={
          <Button small onClick={again}>
            Look again
          </Button>
        }
      >
        <span className="block font-semibold">No machine that serves this repository is online</span>
        {message}
      </Notice>
      <p className="text-muted">
        On the machine that has it, in the repository’s folder, allow it and start the runner (see{' '}
        <Link to="/machines" className="text-accent underline underline-offset-2">
          the machines
        </Link>
        ). A phase that is started now waits until one is there.
      </p>
      <CommandLine command="npx specwright runner link ." />
      <CommandLine command="npx specwright runner start" />
    </div>
  );
}
