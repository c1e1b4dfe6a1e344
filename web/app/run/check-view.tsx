import type { CheckOutcome } from '@specwright/protocol/run-state.ts';
import { useState } from 'react';
import { Output } from '../text/output.tsx';
import { Button } from '../ui/button.tsx';
import { formatDuration } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { usePiece } from './use-piece.ts';

/** A command that was run on the attempt's tree: its exit code, and its output on demand. A failed one stands open. */
export function CheckView({ check, runId }: { check: CheckOutcome; runId: string }) {
  const passed = check.exitCode === 0;
  const [open, setOpen] = useState(!passed);
  // The end is kept of failures only; of the others the piece has everything.
  const ended = check.tail !== '';
  const [whole, setWhole] = useState(!ended && check.piece !== '');
  return (
    <li className="min-w-0" data-testid="check" data-passed={passed}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-[24px] w-full flex-wrap items-center gap-x-2 text-left hover:text-ink"
      >
        <Icon name={passed ? 'check' : 'cross'} className={passed ? 'text-accent' : 'text-bad'} />
        <span className="sr-only">{passed ? 'passed' : 'failed'}</span>
        <span>{check.name}</span>
        <code className="min-w-0 truncate text-[12px] text-faint">{check.command}</code>
        <span className="ml-auto text-[12px] tabular-nums text-faint">
          {check.exitCode === null ? 'ended by force' : `exit ${check.exitCode}`} · {formatDuration(check.durationMs)}
          {check.required ? '' : ' · optional'}
        </span>
      </button>
      {open ? (
        <div className="mt-1.5 grid grid-cols-1 gap-1.5">
          {whole ? (
            <WholeOutput hash={check.piece} runId={runId} name={check.name} />
          ) : (
            <Output text={check.tail || '(no output)'} label={`Output of ${check.name}`} className="max-h-72" />
          )}
          {check.piece && ended ? (
            <div>
              <Button small kind="ghost" onClick={() => setWhole(!whole)}>
                {whole ? 'Show the end only' : 'Show all output'}
              </Button>
            </div>
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

function WholeOutput({ hash, runId, name }: { hash: string; runId: string; name: string }) {
  const piece = usePiece(runId, hash);
  return <Output text={piece.text ?? piece.message} label={`Whole output of ${name}`} className="max-h-[60vh]" />;
}
