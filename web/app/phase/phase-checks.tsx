import type { RunState } from '@specwright/protocol/run-state.ts';
import { CheckView } from '../run/check-view.tsx';
import { confirmed } from './phase-sum.ts';

/** The checks of every confirmed stage, as they ended; and what verify says of the whole. */
export function PhaseChecks({ run }: { run: RunState }) {
  const parts = run.items.flatMap((item) => {
    const checks = confirmed(item)?.checks ?? [];
    return checks.length > 0 ? [{ item, checks }] : [];
  });
  const verify = run.items.find(({ phase, status }) => phase?.stage === 'verify' && status === 'completed');
  return (
    <section aria-label="Checks" className="min-w-0">
      <h4 className="text-[12px] text-muted">Checks</h4>
      {parts.length === 0 ? <p className="text-[12px] text-faint">The repository names no checks that were run here.</p> : null}
      {parts.map(({ item, checks }) => (
        <div key={item.id} className="mt-1">
          <p className="text-[12px] text-faint">{item.title}</p>
          <ul className="grid grid-cols-1 gap-1">
            {checks.map((check) => (
              <CheckView key={check.name + check.piece} check={check} runId={run.id} />
            ))}
          </ul>
        </div>
      ))}
      {verify ? (
        <p className="mt-2 whitespace-pre-wrap break-words">
          <span className="text-[12px] text-faint">Verify: </span>
          {verify.summary || verify.verdict?.summary || 'confirmed.'}
        </p>
      ) : null}
    </section>
  );
}
