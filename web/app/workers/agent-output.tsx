import { useMemo } from 'react';
import { activityOf } from '../live/activity.ts';
import type { RunHandle } from '../live/use-run.ts';
import { Entry, keyOf, Writing } from '../run/live-activity.tsx';

interface AgentOutputProps {
  handle: RunHandle;
  jobId: string;
  /** Numbers of the first and last event to show; null: from its order, up to now. */
  from: number | null;
  to: number | null;
}

const ENTRIES_SHOWN = 200;

/** What the agents of an attempt said and called; while it goes on, as it is written. */
export function AgentOutput({ handle, jobId, from, to }: AgentOutputProps) {
  const { log, logVersion, run, texts } = handle;
  const last = to ?? run.seq;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the log changes in place; its version says so.
  const entries = useMemo(
    () => activityOf(log, jobId, last).filter(({ seq }) => from === null || seq >= from),
    [log, logVersion, jobId, from, last],
  );
  const written = new Set(entries.map((entry) => (entry.kind === 'text_written' ? entry.part : '')));
  const open = to === null ? [...texts.values()].filter((text) => text.jobId === jobId && !written.has(text.part)) : [];
  const hidden = Math.max(0, entries.length - ENTRIES_SHOWN);
  if (entries.length === 0 && open.length === 0) return <p className="text-[12px] text-faint">Nothing was heard from an agent here.</p>;
  return (
    <div
      role="log"
      aria-live="off"
      aria-label="What the agents did"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
      className="grid max-h-96 grid-cols-1 gap-1 overflow-y-auto rounded-md border border-line bg-sunken p-3"
    >
      {hidden > 0 ? <p className="text-[12px] text-faint">{hidden} earlier entries stand in the event log.</p> : null}
      {entries.slice(-ENTRIES_SHOWN).map((entry) => (
        <Entry key={keyOf(entry)} entry={entry} runId={run.id} whole={entry.kind === 'text_written' ? texts.get(entry.part) : undefined} />
      ))}
      {open.map((text) => (
        <Writing key={text.part} text={text} />
      ))}
    </div>
  );
}
