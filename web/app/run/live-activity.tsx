import type { Step } from '@specwright/protocol/job.ts';
import type { CurrentJob, RunState } from '@specwright/protocol/run-state.ts';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { type ActivityEntry, activityOf } from '../live/activity.ts';
import type { LiveText } from '../live/feed.ts';
import type { RunHandle } from '../live/use-run.ts';
import { stripAnsi } from '../text/ansi.ts';
import { cx } from '../ui/class-names.ts';
import { Caret, Icon } from '../ui/icon.tsx';
import { StatusSign } from '../ui/status-badge.tsx';
import { stepNames } from './step-names.ts';
import { Words, WrittenText } from './written-text.tsx';

interface LiveActivityProps {
  handle: RunHandle;
  run: RunState;
  job: CurrentJob;
}

const ENTRIES_SHOWN = 60;

/** What happens now: the steps, the tool calls with their states, the text as it is written. */
export function LiveActivity({ handle, run, job }: LiveActivityProps) {
  const { log, logVersion, texts } = handle;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the log changes in place; its version says so.
  const entries = useMemo(() => activityOf(log, job.id, run.seq), [log, logVersion, job.id, run.seq]);
  const written = new Set(entries.map((entry) => (entry.kind === 'text_written' ? entry.part : '')));
  const open = [...texts.values()].filter((text) => text.jobId === job.id && !written.has(text.part));
  const hidden = Math.max(0, entries.length - ENTRIES_SHOWN);
  return (
    <section aria-label="Live activity" data-testid="live-activity" className="min-w-0">
      <Steps job={job} names={stepNames(run.phase !== undefined, job.step)} />
      <Tail watch={`${logVersion}:${open.map((text) => text.end).join()}`}>
        {hidden > 0 ? <p className="text-[12px] text-faint">{hidden} earlier entries stand in the event log.</p> : null}
        {entries.slice(-ENTRIES_SHOWN).map((entry) => (
          <Entry
            key={keyOf(entry)}
            entry={entry}
            runId={run.id}
            whole={entry.kind === 'text_written' ? texts.get(entry.part) : undefined}
          />
        ))}
        {open.map((text) => (
          <Writing key={text.part} text={text} />
        ))}
        {entries.length === 0 && open.length === 0 ? <p className="text-[12px] text-faint">Nothing heard from the agent yet…</p> : null}
      </Tail>
    </section>
  );
}

function Steps({ job, names }: { job: CurrentJob; names: readonly Step[] }) {
  const at = job.step === null ? -1 : names.indexOf(job.step);
  return (
    <ol aria-label="Steps" className="flex flex-wrap items-center gap-x-1 text-[12px]">
      {names.map((step, index) => (
        <li
          key={step}
          aria-current={index === at ? 'step' : undefined}
          className={cx('flex items-center gap-1', index < at ? 'text-muted' : index === at ? 'text-accent' : 'text-faint')}
        >
          <Icon
            name={index < at ? 'check' : index === at ? 'dot' : 'ring'}
            className={cx(index === at && !job.held && 'animate-breathe')}
          />
          {step}
          {index < names.length - 1 ? <span aria-hidden="true" className="mx-1 h-px w-3 bg-line-strong" /> : null}
        </li>
      ))}
      {job.held ? <li className="ml-2 text-warn">held at the border before the next step</li> : null}
    </ol>
  );
}

/** A box that stays at its end while a person has not scrolled up. */
function Tail({ watch, children }: { watch: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const pinned = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls whenever something was added.
  useEffect(() => {
    if (box.current && pinned.current) box.current.scrollTop = box.current.scrollHeight;
  }, [watch]);
  return (
    <div
      ref={box}
      role="log"
      aria-live="off"
      aria-label="What the agent does"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
      onScroll={({ currentTarget: it }) => {
        pinned.current = it.scrollHeight - it.scrollTop - it.clientHeight < 40;
      }}
      className="mt-2 grid max-h-80 gap-1 overflow-y-auto rounded-md border border-line bg-sunken p-3"
    >
      {children}
    </div>
  );
}

export function Entry({ entry, runId, whole }: { entry: ActivityEntry; runId: string; whole?: LiveText }) {
  switch (entry.kind) {
    case 'tool_called':
      return <ToolCall call={entry} />;
    case 'text_written':
      return whole ? <Words role={entry.role}>{whole.text}</Words> : <WrittenText runId={runId} {...entry} />;
    case 'agent_started':
      return (
        <p className="text-[12px] text-faint">
          {entry.role}: {entry.agent}
          {entry.version ? ` ${entry.version}` : ''}
          {entry.model ? ` · ${entry.model}` : ''}
        </p>
      );
    case 'agent_retried':
      return <p className="text-[12px] text-warn">The agent tries again: {entry.reason}</p>;
  }
}

function ToolCall({ call }: { call: Extract<ActivityEntry, { kind: 'tool_called' }> }) {
  return (
    <details className="group min-w-0" data-testid="tool-call" data-status={call.status}>
      <summary className="flex min-h-[24px] list-none items-center gap-2">
        <StatusSign status={call.status} />
        <span className="shrink-0 text-accent">{call.tool}</span>
        <span className="min-w-0 truncate text-muted">{call.title || call.input}</span>
      </summary>
      <div className="ml-6 mt-1 grid gap-1 text-[12px]">
        {call.input ? <pre className="whitespace-pre-wrap break-words text-muted">{call.input}</pre> : null}
        {call.output ? (
          <pre className="max-h-48 overflow-y-auto whitespace-pre-wrap break-words text-faint">{stripAnsi(call.output)}</pre>
        ) : null}
      </div>
    </details>
  );
}

export function Writing({ text }: { text: LiveText }) {
  return (
    <p
      className={cx(
        'whitespace-pre-wrap break-words',
        text.role === 'thought' && 'italic text-faint',
        text.role === 'output' && 'text-[12px] text-muted',
      )}
    >
      {text.role === 'output' ? stripAnsi(text.text) : text.text}
      <Caret className="text-accent" />
    </p>
  );
}

export function keyOf(entry: ActivityEntry): string {
  if (entry.kind === 'tool_called') return entry.callId;
  if (entry.kind === 'text_written') return entry.part;
  return String(entry.seq);
}
