import type { RunState } from '@specwright/protocol/run-state.ts';
import { useMemo, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { formatClock } from '../ui/format.ts';
import { useNow } from '../ui/time.tsx';
import { decisionRows } from './decision-rows.ts';

const SHOWN = 12;

/** Every transition of a phase with its reason, the newest first. */
export function DecisionLog({ run }: { run: RunState }) {
  const [all, setAll] = useState(false);
  // The person's own zone is known in the browser only.
  const here = useNow(600_000) !== null;
  const told = run.phase?.decisions;
  const decisions = useMemo(() => decisionRows(told ?? []), [told]);
  if (decisions.length === 0) return null;
  const shown = all ? decisions : decisions.slice(0, SHOWN);
  return (
    <section aria-labelledby="decisions-heading" data-testid="decisions" className="min-w-0 border-t border-line pt-4">
      <h3 id="decisions-heading" className="mb-1 text-[12px] text-muted">
        Decisions
      </h3>
      <ol className="grid grid-cols-1 gap-1">
        {shown.map(({ at, decision, reason, number }) => (
          <li key={number} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 text-[12px] sm:grid-cols-[auto_8rem_minmax(0,1fr)]">
            <time dateTime={new Date(at).toISOString()} title={new Date(at).toISOString()} className="tabular-nums text-faint">
              {here ? formatClock(at).slice(0, 8) : new Date(at).toISOString().slice(11, 19)}
            </time>
            <span className="text-accent">{decision}</span>
            <span className="min-w-0 whitespace-pre-wrap break-words text-muted max-sm:col-span-2">{reason}</span>
          </li>
        ))}
      </ol>
      {decisions.length > shown.length ? (
        <Button small kind="ghost" onClick={() => setAll(true)}>
          Show all {decisions.length}
        </Button>
      ) : null}
    </section>
  );
}
