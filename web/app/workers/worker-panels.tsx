import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { toast } from 'sonner';
import type { RunHandle } from '../live/use-run.ts';
import { isTyping } from '../shell/use-shortcuts.ts';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/class-names.ts';
import { CONTROL } from '../ui/field.tsx';
import { Notice, Panel } from '../ui/surface.tsx';
import { AttemptDetails } from './attempt-details.tsx';
import { useWaterfall } from './use-waterfall.ts';
import { type Choice, newestJob, nextFailure, rowsOf, searchRows } from './waterfall-rows.ts';
import { stepKey, WaterfallView } from './waterfall-view.tsx';

/** The waterfall beside the details of what is chosen in it. Followed, the newest attempt is chosen by itself. */
export function WorkerPanels({ handle }: { handle: RunHandle }) {
  const { run } = handle;
  const { fall, reading, problem } = useWaterfall(handle);
  const [choice, setChoice] = useState<Choice | null>(null);
  const [text, setText] = useState('');
  const search = useRef<HTMLInputElement>(null);
  // Nothing chosen: followed.
  const newest = newestJob(run);
  const chosen = useMemo(() => choice ?? (newest === null ? null : { jobId: newest, step: null }), [choice, newest]);
  const rows = rowsOf(run, fall, chosen?.jobId ?? null);
  const shown = searchRows(rows, text);
  const toNextFailure = useCallback(() => {
    const next = nextFailure(rowsOf(run, fall, null), choice?.jobId ?? null);
    if (next === null) return toast('No attempt of this worker failed.');
    setText('');
    setChoice({ jobId: next.attempt.jobId, step: null });
  }, [run, fall, choice]);
  const toggleFollow = useCallback(() => {
    setChoice((now) => (now === null && newest !== null ? { jobId: newest, step: null } : null));
  }, [newest]);
  useKeys({ f: toNextFailure, j: toggleFollow, s: () => search.current?.focus() });
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <Panel
        id="waterfall-heading"
        title="Waterfall"
        flush
        aside={
          <>
            <input
              ref={search}
              type="search"
              aria-label="Search steps"
              placeholder="search (s)"
              value={text}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Escape') return;
                setText('');
                event.currentTarget.blur();
              }}
              className={cx(CONTROL, 'h-[24px] w-32 text-[12px]')}
            />
            <Button small kind="ghost" onClick={toNextFailure} title="Next failure (f)">
              Next failure
            </Button>
            <Button
              small
              kind="ghost"
              aria-pressed={choice === null}
              className={cx(choice === null && 'bg-accent-soft text-accent')}
              onClick={toggleFollow}
              title="Follow what happens now (j)"
            >
              Follow
            </Button>
          </>
        }
      >
        {problem ? (
          <Notice tone="warn" role="alert">
            {problem}
          </Notice>
        ) : null}
        {reading && !problem ? (
          <p role="status" className="px-3 pt-2 text-[12px] text-faint">
            Reading the older steps…
          </p>
        ) : null}
        <WaterfallView run={run} fall={fall} rows={shown} chosen={chosen} onChoose={setChoice} />
        {shown.length === 0 && text !== '' ? <p className="p-4 text-center text-muted">No step matches.</p> : null}
      </Panel>
      <Panel id="details-heading" title="Details" className="lg:sticky lg:top-16 lg:max-h-[calc(100vh-5rem)] lg:overflow-y-auto">
        <Details handle={handle} fall={fall} chosen={chosen} />
      </Panel>
    </div>
  );
}

function Details({ handle, fall, chosen }: { handle: RunHandle; fall: ReturnType<typeof useWaterfall>['fall']; chosen: Choice | null }) {
  const item = handle.run.items.find(({ attempts }) => attempts.some((attempt) => attempt.jobId === chosen?.jobId));
  const attempt = item?.attempts.find(({ jobId }) => jobId === chosen?.jobId);
  if (!item || !attempt) return <p className="text-muted">No attempt yet. What is chosen on the left, or happens first, is shown here.</p>;
  const bar = fall.bars.get(attempt.jobId) ?? null;
  const step = bar?.steps.find((stretch) => stepKey(stretch) === chosen?.step) ?? null;
  return <AttemptDetails key={`${attempt.jobId} ${chosen?.step}`} handle={handle} item={item} attempt={attempt} bar={bar} step={step} />;
}

function useKeys(keys: Record<string, () => void>): void {
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const act = now.current[event.key];
      if (!act || isTyping(event)) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
