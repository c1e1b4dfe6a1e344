import type { RunState } from '@specwright/protocol/run-state.ts';
import { type KeyboardEvent, useRef } from 'react';
import { cx } from '../ui/class-names.ts';
import { formatDuration } from '../ui/format.ts';
import { StatusSign } from '../ui/status-badge.tsx';
import { useNow } from '../ui/time.tsx';
import type { StepStretch, Waterfall } from './waterfall.ts';
import { Axis, Bar, Legend, type Span, StepBar, Track } from './waterfall-bars.tsx';
import { type Choice, type FallRow, howItEnded, isBroken, isFailed } from './waterfall-rows.ts';

interface WaterfallViewProps {
  run: RunState;
  fall: Waterfall;
  rows: FallRow[];
  chosen: Choice | null;
  onChoose: (choice: Choice) => void;
}

/** Time from left to right: grey where the run waits, coloured where something works. */
export function WaterfallView({ run, fall, rows, chosen, onChoose }: WaterfallViewProps) {
  const now = useNow(1000);
  const list = useRef<HTMLOListElement>(null);
  const end = run.endedAt ?? Math.max(now ?? 0, run.updatedAt);
  const span = { from: run.createdAt, to: Math.max(end, run.createdAt + 1000) };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    const next = step === undefined ? undefined : buttons[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.click();
  };
  return (
    <div data-testid="waterfall">
      <Axis span={span} />
      <div className="grid grid-cols-[minmax(110px,2fr)_3fr] items-center gap-x-2 border-b border-line px-3 py-1.5 text-[12px]">
        <span className="text-muted">whole run</span>
        <Track>
          <Bar span={span} from={run.startedAt ?? span.to} to={end} className="bg-accent/40" title="at work" />
          {fall.waits.map((wait) => (
            <Bar
              key={`${wait.from} ${wait.why}`}
              span={span}
              from={wait.from}
              to={wait.to ?? end}
              className="bg-line-strong"
              title={`waiting ${formatDuration((wait.to ?? end) - wait.from)}: ${wait.why}`}
            />
          ))}
        </Track>
      </div>
      <ol
        ref={list}
        aria-label="Steps of this worker"
        onKeyDown={onKeyDown}
        className="max-h-[70vh] overflow-y-auto overflow-x-hidden py-1 max-lg:max-h-[50vh]"
      >
        {rows.map((row) => (
          <Row key={keyOf(row)} row={row} span={span} end={end} chosen={chosen} onChoose={onChoose} />
        ))}
      </ol>
      <Legend />
    </div>
  );
}

interface RowProps {
  row: FallRow;
  span: Span;
  end: number;
  chosen: Choice | null;
  onChoose: (choice: Choice) => void;
}

function Row({ row, span, end, chosen, onChoose }: RowProps) {
  if (row.kind === 'item') {
    const { item } = row;
    return (
      <li className={cx('flex min-w-0 items-center gap-2 px-3 pt-2', item.kind === 'fix' && 'pl-6')} data-testid="fall-item">
        <StatusSign status={item.status} />
        <span className={cx('min-w-0 truncate', item.selected ? '' : 'text-faint')}>{item.title}</span>
        {item.attempts.length === 0 ? (
          <span className="ml-auto shrink-0 text-[12px] text-faint">{item.selected ? 'waiting' : 'not chosen'}</span>
        ) : null}
      </li>
    );
  }
  const { attempt } = row;
  const step = row.kind === 'step' ? row.step : null;
  const isChosen = chosen?.jobId === attempt.jobId && chosen.step === (step === null ? null : stepKey(step));
  const [from, to] = row.kind === 'step' ? [row.step.from, row.step.to ?? end] : [row.from, row.to ?? end];
  const failed = step ? isBroken(step) : isFailed(attempt);
  return (
    <li>
      <button
        type="button"
        aria-current={isChosen || undefined}
        data-testid={step ? 'fall-step' : 'fall-attempt'}
        data-result={step ? undefined : (attempt.result ?? 'running')}
        onClick={() => onChoose({ jobId: attempt.jobId, step: step === null ? null : stepKey(step) })}
        className={cx(
          'grid min-h-[26px] w-full grid-cols-[minmax(110px,2fr)_3fr] items-center gap-x-2 px-3 text-left text-[12px] hover:bg-raised focus-visible:-outline-offset-2',
          isChosen && 'bg-accent-soft',
        )}
      >
        <span className={cx('flex min-w-0 items-center gap-2', step ? 'pl-6 sm:pl-10' : 'sm:pl-6')}>
          {step ? null : <StatusSign status={attempt.result ?? 'running'} />}
          <span className={cx('min-w-0 truncate', failed ? 'text-bad' : step ? 'text-muted' : '')}>
            {step ? step.step : `attempt ${attempt.attempt}`}
            {!step && attempt.kind !== 'do' ? <span className="text-review"> {attempt.kind}</span> : null}
            {step?.ok === false ? <span className="sr-only"> {howItEnded(step)}</span> : null}
          </span>
          <span className="ml-auto shrink-0 tabular-nums text-faint">{formatDuration(Math.max(0, to - from))}</span>
        </span>
        <Track>
          {row.kind === 'step' ? (
            <StepBar step={row.step} span={span} end={end} />
          ) : (
            <>
              <Bar span={span} from={from} to={to} className={row.steps.length === 0 ? 'bg-accent/50' : 'bg-line-strong'} title="waiting" />
              {row.steps.map((stretch) => (
                <StepBar key={stretch.fromSeq} step={stretch} span={span} end={end} />
              ))}
            </>
          )}
        </Track>
      </button>
    </li>
  );
}

/** A step can be done twice in an attempt: its first event names it. */
export function stepKey({ step, fromSeq }: StepStretch): string {
  return `${step} ${fromSeq}`;
}

function keyOf(row: FallRow): string {
  if (row.kind === 'item') return row.item.id;
  return row.kind === 'attempt' ? row.attempt.jobId : `${row.attempt.jobId} ${stepKey(row.step)}`;
}
