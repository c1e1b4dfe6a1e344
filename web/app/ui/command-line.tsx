import { toast } from 'sonner';
import { Button } from './button.tsx';

/** A command for a terminal, with a button that copies it. */
export function CommandLine({ command }: { command: string }) {
  const copy = () =>
    navigator.clipboard.writeText(command).then(
      () => toast.success('Copied'),
      () => toast.error('This browser does not allow copying here.'),
    );
  return (
    <div className="flex items-center gap-2 rounded-md border border-line bg-sunken py-1 pl-3 pr-1">
      <code className="min-w-0 flex-1 break-words text-accent [overflow-wrap:anywhere]">
        <span aria-hidden="true" className="select-none text-faint">
          ${' '}
        </span>
        {command}
      </code>
      <Button small onClick={copy} aria-label={`Copy ${command}`}>
        Copy
      </Button>
    </div>
  );
}
