import type { Attempt, Item, RunState } from '@specwright/protocol/run-state.ts';
import { useState } from 'react';
import type { RunHandle } from '../live/use-run.ts';
import { useMay } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { formatCost, formatDuration } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { HandOverView } from './hand-over-view.tsx';
import { ItemWishes } from './item-wishes.tsx';
import { nameOf } from './phase-outlook.ts';
import { usePhase } from './use-phase.ts';

interface PhaseFailureProps {
  handle: RunHandle;
  run: RunState;
  /** What failed; null: the machine or the repository did, before any stage. */
  item: Item | null;
  readOnly?: boolean;
}

/** Which batch ended the phase, why, what was tried, and what can be done: Retry, Skip, Hand over, Abort. */
export function PhaseFailure({ handle, run, item, readOnly }: PhaseFailureProps) {
  const message = item?.error?.message ?? run.reason?.message ?? 'No reason was given.';
  return (
    <section
      role="alert"
      aria-labelledby="failure-heading"
      data-testid="failure"
      className="grid min-w-0 grid-cols-1 gap-3 rounded-md border border-bad/40 bg-bad-soft px-4 py-3"
    >
      <div>
        <h3 id="failure-heading" className="font-semibold text-bad">
          <Icon name="cross" /> {item ? `Failed at ${nameOf(run, item)}: ${item.title}` : 'The phase failed'}
        </h3>
        <p className="mt-1 whitespace-pre-wrap break-words">{message}</p>
        {run.fault === 'machine' ? (
          <p className="mt-1 text-[12px] text-muted">This is no fault of the tasks. Mend what the sentence above says, then resume.</p>
        ) : null}
      </div>
      {item && item.attempts.length > 0 ? <Tried attempts={item.attempts} /> : null}
      {readOnly ? null : <Wishes handle={handle} run={run} item={item} />}
    </section>
  );
}

function Tried({ attempts }: { attempts: Attempt[] }) {
  return (
    <div className="min-w-0">
      <h4 className="text-[12px] text-muted">What was tried</h4>
      <ol className="mt-1 grid grid-cols-1 gap-1.5">
        {attempts.map((attempt) => {
          const failed = attempt.checks.filter(({ exitCode }) => exitCode !== 0).map(({ name }) => name);
          return (
            <li key={attempt.jobId} className="min-w-0">
              <span className="flex flex-wrap items-center gap-x-2 text-[12px] tabular-nums text-muted">
                <span className="text-ink">
                  {attempt.attempt}. {attempt.kind === 'heal' ? 'heal' : 'attempt'}
                </span>
                <StatusBadge status={attempt.result ?? 'running'} />
                {attempt.code ? <code>{attempt.code}</code> : null}
                <span>{formatCost(attempt.usage.costMicros)}</span>
                {attempt.durationMs > 0 ? <span>{formatDuration(attempt.durationMs)}</span> : null}
              </span>
              {attempt.message ? <p className="whitespace-pre-wrap break-words">{attempt.message}</p> : null}
              {attempt.diagnosis?.message ? (
                <p className="break-words text-[12px] text-muted">Diagnosis: {attempt.diagnosis.message}</p>
              ) : null}
              {failed.length > 0 ? <p className="text-[12px] text-bad">Failed checks: {failed.join(', ')}</p> : null}
            </li>
          );
        })}
      </ol>
      <p className="mt-1 text-[12px] text-muted">Output, diff and verdict of each stand with the batch below.</p>
    </div>
  );
}

function Wishes({ handle, run, item }: Omit<PhaseFailureProps, 'readOnly'>) {
  const { tell, pending } = usePhase(run.id);
  const mayRun = useMay('member');
  const [handingOver, setHandingOver] = useState(false);
  const [aborting, setAborting] = useState(false);
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {item ? (
          <ItemWishes item={item} run={run} />
        ) : mayRun ? (
          <Button kind="primary" pending={pending} onClick={() => tell({ wish: 'resume' })}>
            Resume
          </Button>
        ) : null}
        <Button aria-expanded={handingOver} onClick={() => setHandingOver(!handingOver)}>
          Hand over
        </Button>
        {mayRun ? (
          <Button kind="danger" onClick={() => setAborting(true)}>
            Abort
          </Button>
        ) : null}
      </div>
      {handingOver ? <HandOverView handle={handle} run={run} item={item} /> : null}
      <Confirm
        open={aborting}
        onClose={() => setAborting(false)}
        onConfirm={() => {
          setAborting(false);
          tell({ wish: 'cancel' }, { done: 'Aborted. What was confirmed stays on its branch.' });
        }}
        title="Abort this orchestration?"
        action="Abort"
      >
        It is marked as cancelled. What is confirmed stays on {run.branch}, nothing is merged, and Resume can still open it again.
      </Confirm>
    </>
  );
}
