import type { Spec, StartedRun } from '@specwright/protocol/api.ts';
import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { useCallback, useEffect, useId } from 'react';
import { toast } from 'sonner';
import { RunControls } from '../run/run-controls.tsx';
import { progressOf } from '../run/run-outline.ts';
import { useMay } from '../shell/me.ts';
import { isTyping } from '../shell/use-shortcuts.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useSend } from '../ui/use-send.ts';
import { RunInBackground } from './run-in-background.tsx';
import type { SpecIntent } from './spec-intents.ts';

interface RunAllProps {
  spec: Spec;
  run: RunState | null;
  archived: boolean;
}

/** The spec's main button: starts a run, or says how far the one is that runs; beside it what else can be done with it. */
export function RunAll({ spec, run, archived }: RunAllProps) {
  const { start, pending } = useStartRun(spec.id);
  const mayRun = useMay('member');
  const reasonId = useId();
  const active = run !== null && !isAtRest(run);
  const reason = archived ? 'The project is archived.' : whyNot(spec);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'r' || isTyping(event) || active || reason !== null || !mayRun) return;
      event.preventDefault();
      start();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [active, reason, start, mayRun]);
  return (
    <>
      {run && run.status !== 'completed' ? <RunControls run={run} /> : null}
      {active && run ? (
        <span
          data-testid="run-all"
          className="inline-flex h-8 items-center rounded-md border border-accent/40 bg-accent-soft px-3 tabular-nums text-accent"
        >
          {labelOf(run)}
        </span>
      ) : !mayRun ? null : (
        <>
          {reason ? (
            <span id={reasonId} className="text-[12px] text-muted">
              {reason}
            </span>
          ) : null}
          <RunInBackground spec={spec} reason={reason} reasonId={reasonId} />
          <Button
            data-testid="run-all"
            kind={run?.status === 'failed' || run?.status === 'cancelled' ? 'plain' : 'primary'}
            disabled={reason !== null}
            pending={pending}
            aria-describedby={reason ? reasonId : undefined}
            title={reason ?? 'Run all chunks that are not done (r)'}
            onClick={() => start()}
          >
            Run All <Icon name="play" />
          </Button>
        </>
      )}
    </>
  );
}

/** Starts a run of all open chunks, or of one; joins the run that is already going. */
export function useStartRun(specId: string) {
  const { send, pending } = useSend<SpecIntent>(`/specs/${specId}`);
  const start = useCallback(
    (chunkIds?: string[]) =>
      send(
        { intent: 'run', key: crypto.randomUUID(), start: chunkIds ? { chunkIds } : {} },
        {
          onDone: (started: StartedRun) => {
            if (started.allComplete) toast('Every chunk is done already. Set one back to pending to run it again.');
            else if (started.attached) toast('This spec is running already: you see that run.');
            else toast.success('Run started');
          },
        },
      ),
    [send],
  );
  return { start, pending };
}

function whyNot(spec: Spec): string | null {
  return spec.chunks.length === 0 ? 'Add a chunk first.' : null;
}

function labelOf(run: RunState): string {
  const { current, total } = progressOf(run);
  const words = { queued: 'Queued', pausing: 'Pausing…', paused: 'Paused', stopping: 'Stopping…', waiting: 'Waiting' } as const;
  const word = run.status in words ? words[run.status as keyof typeof words] : 'Running';
  return word === 'Running' ? `Running ${current}/${total}…` : `${word} ${current}/${total}`;
}
