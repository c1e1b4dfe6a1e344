import type { RunState } from '@specwright/protocol/run-state.ts';
import { cx } from '../ui/class-names.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { type StageStep, stagesOf } from './stages.ts';

const LOOKS: Record<StageStep['state'], { icon: IconName; ink: string; word: string }> = {
  todo: { icon: 'ring', ink: 'text-faint', word: 'to do' },
  now: { icon: 'dot', ink: 'text-accent', word: 'now' },
  done: { icon: 'check', ink: 'text-muted', word: 'done' },
  failed: { icon: 'cross', ink: 'text-bad', word: 'failed' },
  left_out: { icon: 'minus', ink: 'text-faint', word: 'left out' },
};

/** design · analyze · implement · verify · merge, each as it stands. */
export function StageSteps({ run }: { run: RunState }) {
  const steps = stagesOf(run);
  return (
    <ol aria-label="Stages" className="flex flex-wrap items-center gap-x-1 gap-y-0.5 text-[12px]">
      {steps.map(({ name, state, count }, at) => {
        const { icon, ink, word } = LOOKS[state];
        return (
          <li
            key={name}
            aria-current={state === 'now' ? 'step' : undefined}
            data-state={state}
            className={cx('flex items-center gap-1', ink)}
          >
            <Icon name={icon} className={state === 'now' && run.status === 'running' ? 'animate-breathe' : undefined} />
            <span className={state === 'left_out' ? 'line-through' : undefined}>{name}</span>
            {count ? <span className="tabular-nums">{count}</span> : null}
            <span className="sr-only">({word})</span>
            {at < steps.length - 1 ? <span aria-hidden="true" className="mx-1 h-px w-3 bg-line-strong" /> : null}
          </li>
        );
      })}
    </ol>
  );
}
