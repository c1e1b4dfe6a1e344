import type { Attempt, Item, RunState } from '@specwright/protocol/run-state.ts';
import { useId, useState } from 'react';
import { cx } from '../ui/class-names.ts';
import { StatusSign } from '../ui/status-badge.tsx';
import { AttemptView } from './attempt-view.tsx';

const KINDS = { do: '', fix: 'fix', heal: 'heal' };

/** Every attempt at a chunk stays: one tab each, the newest in front until a person chooses. */
export function Attempts({ item, run }: { item: Item; run: RunState }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const panelId = useId();
  const { attempts } = item;
  const shown = attempts.find((attempt) => attempt.jobId === chosen) ?? attempts.at(-1);
  if (!shown) return <p className="text-[12px] text-faint">{item.error?.message ?? 'No attempt yet.'}</p>;
  const move = (step: number) => {
    const at = attempts.indexOf(shown);
    setChosen(attempts[(at + step + attempts.length) % attempts.length]?.jobId ?? null);
  };
  return (
    <div className="min-w-0">
      {attempts.length > 1 ? (
        <div
          role="tablist"
          aria-label={`Attempts at ${item.title}`}
          className="mb-2 flex flex-wrap gap-1"
          onKeyDown={(event) => {
            if (event.key === 'ArrowRight') move(1);
            if (event.key === 'ArrowLeft') move(-1);
          }}
        >
          {attempts.map((attempt) => (
            <AttemptTab
              key={attempt.jobId}
              attempt={attempt}
              active={attempt === shown}
              panelId={panelId}
              onChoose={() => setChosen(attempt.jobId)}
            />
          ))}
        </div>
      ) : null}
      <div id={panelId} role={attempts.length > 1 ? 'tabpanel' : undefined}>
        <AttemptView attempt={shown} run={run} />
      </div>
    </div>
  );
}

interface AttemptTabProps {
  attempt: Attempt;
  active: boolean;
  panelId: string;
  onChoose: () => void;
}

function AttemptTab({ attempt, active, panelId, onChoose }: AttemptTabProps) {
  return (
    <button
      type="button"
      role="tab"
      aria-selected={active}
      aria-controls={panelId}
      tabIndex={active ? 0 : -1}
      ref={(element) => {
        if (active && element && document.activeElement?.getAttribute('aria-controls') === panelId) element.focus();
      }}
      onClick={onChoose}
      className={cx(
        'flex items-center gap-1.5 rounded border px-2 py-0.5 text-[12px]',
        active ? 'border-line-strong bg-raised text-ink' : 'border-transparent text-muted hover:text-ink',
      )}
    >
      <StatusSign status={attempt.result ?? 'running'} />
      attempt {attempt.attempt}
      {KINDS[attempt.kind] ? <span className="text-review">{KINDS[attempt.kind]}</span> : null}
    </button>
  );
}
