import type { RunState } from '@specwright/protocol/run-state.ts';
import { useMemo } from 'react';
import { activityOf } from '../live/activity.ts';
import type { RunHandle } from '../live/use-run.ts';
import { stripAnsi } from '../text/ansi.ts';
import { Caret } from '../ui/icon.tsx';
import { StatusSign } from '../ui/status-badge.tsx';

/** What the agent does now, in one line: the text that it writes, else its latest tool call; before that the step. */
export function AgentLine({ handle, run }: { handle: RunHandle; run: RunState }) {
  const { log, logVersion, texts } = handle;
  const jobId = run.job?.id ?? '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: the log changes in place; its version says so.
  const entries = useMemo(() => (jobId === '' ? [] : activityOf(log, jobId, run.seq)), [log, logVersion, jobId, run.seq]);
  if (run.job === null) return null;
  const written = new Set(entries.map((entry) => (entry.kind === 'text_written' ? entry.part : '')));
  const writing = [...texts.values()].findLast((text) => text.jobId === jobId && !written.has(text.part));
  const last = entries.at(-1);
  return (
    <p data-testid="agent-line" className="flex min-h-[24px] min-w-0 items-center gap-2 text-[12px] text-muted">
      <span className="shrink-0 text-faint">{run.job.held ? 'held' : (run.job.step ?? 'handing over')}</span>
      {writing ? (
        <span className="min-w-0 truncate">
          {lastLine(writing.text)}
          <Caret className="text-accent" />
        </span>
      ) : last?.kind === 'tool_called' ? (
        <>
          <StatusSign status={last.status} />
          <span className="shrink-0 text-accent">{last.tool}</span>
          <span className="min-w-0 truncate">{last.title || last.input}</span>
        </>
      ) : (
        <span className="min-w-0 truncate">{last ? wordsOf(last) : 'Nothing heard from the agent yet…'}</span>
      )}
    </p>
  );
}

function lastLine(text: string): string {
  return stripAnsi(text).trimEnd().split('\n').at(-1)?.slice(-300) ?? '';
}

function wordsOf(entry: Exclude<ReturnType<typeof activityOf>[number], { kind: 'tool_called' }>): string {
  if (entry.kind === 'text_written') return lastLine(entry.excerpt);
  if (entry.kind === 'agent_retried') return `The agent tries again: ${entry.reason}`;
  return `${entry.role}: ${entry.agent}${entry.model ? ` · ${entry.model}` : ''}`;
}
