import type { RunState } from '@specwright/protocol/run-state.ts';
import type { ReactNode } from 'react';
import { useMachine } from '../live/use-machine.ts';
import type { RunHandle } from '../live/use-run.ts';
import { cx } from '../ui/class-names.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { formatCost, formatCount, shortCommit } from '../ui/format.ts';
import { Elapsed } from '../ui/time.tsx';

/** Branch, machine, agents, time, tokens and money of a run. */
export function RunFacts({ handle, run }: { handle: RunHandle; run: RunState }) {
  const machine = useMachine(handle, run);
  const usage = run.totals.usage;
  const configuration = run.configuration;
  return (
    <dl className="grid grid-cols-[88px_minmax(0,1fr)] gap-x-3 gap-y-1 border-t border-line pt-4 text-[12px] sm:grid-cols-[88px_minmax(0,1fr)_88px_minmax(0,1fr)]">
      <Fact name="branch" wide>
        <CopyText text={run.branch} />
      </Fact>
      <Fact name="machine">{machine ? `${machine}${run.lease?.state === 'lapsed' ? ' (not heard)' : ''}` : '–'}</Fact>
      <Fact name="executor">{configuration ? agentLine(configuration.executor) : '–'}</Fact>
      <Fact name="reviewer">{configuration ? agentLine(configuration.reviewer) : '–'}</Fact>
      <Fact name="head">{run.head ? <CopyText text={run.head} shown={shortCommit(run.head)} /> : '–'}</Fact>
      <Fact name="commits">{run.totals.commits}</Fact>
      {run.phase ? null : <Fact name="fixes">{run.totals.fixes}</Fact>}
      <Fact name="time">
        <Elapsed baseMs={run.activeMs} since={run.activeSince} />
      </Fact>
      <Fact name="cost">
        {formatCost(usage.costMicros)}
        {run.settings.maxCostMicros === null ? null : <span className="text-faint"> of {formatCost(run.settings.maxCostMicros)}</span>}
      </Fact>
      <Fact name="tokens">
        {formatCount(usage.inputTokens)} in · {formatCount(usage.outputTokens)} out
        {usage.cachedTokens > 0 ? <span className="text-faint"> · {formatCount(usage.cachedTokens)} cached</span> : null}
      </Fact>
    </dl>
  );
}

function agentLine(agent: { id: string; model: string | null }): string {
  return agent.model ? `${agent.id} · ${agent.model}` : agent.id;
}

function Fact({ name, wide, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className={cx('min-w-0 break-words tabular-nums text-muted', wide && 'sm:col-span-3')}>{children}</dd>
    </>
  );
}
