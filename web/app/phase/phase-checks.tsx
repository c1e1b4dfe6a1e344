import type { CheckOutcome, Item, RunState } from '@specwright/protocol/run-state.ts';
import { useState } from 'react';
import { CheckView } from '../run/check-view.tsx';
import { Button } from '../ui/button.tsx';
import { plural } from '../ui/format.ts';
import { confirmed } from './phase-sum.ts';

/** The checks as they ended last, those of earlier stages on demand; and what verify says of the whole. */
export function PhaseChecks({ run }: { run: RunState }) {
  const [all, setAll] = useState(false);
  const stages = run.items.flatMap((item) => {
    const checks = confirmed(item)?.checks ?? [];
    return checks.length > 0 ? [{ item, checks }] : [];
  });
  const earlier = stages.slice(0, -1);
  const verify = run.items.find(({ phase, status }) => phase?.stage === 'verify' && status === 'completed');
  return (
    <section aria-label="Checks" className="min-w-0">
      <h4 className="text-[12px] text-muted">Checks</h4>
      {stages.length === 0 ? <p className="text-[12px] text-faint">The repository names no checks that were run here.</p> : null}
      {(all ? stages : stages.slice(-1)).map((stage) => (
        <StageChecks key={stage.item.id} run={run} {...stage} />
      ))}
      {earlier.length > 0 ? (
        <Button small kind="ghost" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show the last stage only' : `Show ${plural(earlier.length, 'earlier stage')}`}
        </Button>
      ) : null}
      {verify ? (
        <p className="mt-2 whitespace-pre-wrap break-words">
          <span className="text-[12px] text-faint">Verify: </span>
          {verify.summary || verify.verdict?.summary || 'confirmed.'}
        </p>
      ) : null}
    </section>
  );
}

function StageChecks({ run, item, checks }: { run: RunState; item: Item; checks: CheckOutcome[] }) {
  return (
    <div className="mt-1">
      <p className="text-[12px] text-faint">after {item.title}</p>
      <ul className="grid grid-cols-1 gap-1">
        {checks.map((check) => (
          <CheckView key={check.name + check.piece} check={check} runId={run.id} />
        ))}
      </ul>
    </div>
  );
}
