import type { RunState } from '@specwright/protocol/run-state.ts';
import type { ReactNode } from 'react';
import { CopyText } from '../ui/copy-text.tsx';
import { formatCost, formatCount, shortCommit } from '../ui/format.ts';
import { Elapsed } from '../ui/time.tsx';

/** Branch, machine, agents, time, tokens and money of a run. */
export function RunFacts({ run }: { run: RunState }) {
  const usage = run.totals.usage;
  const configuration = run.configuration;
  return (
    <dl className="grid grid-cols-[88px_minmax(0,1fr)] gap-x-3 gap-y-1 border-t border-line pt-4 text-[12px] sm:grid-cols-[88px_minmax(0,1fr)_88px_minmax(0,1fr)]">
      <Fact name="branch">
        <CopyText text={run.branch} />
      </Fact>
      <Fact name="machine">{run.lease ? `${run.lease.runnerName}${run.lease.state === 'lapsed' ? ' (not heard)' : ''}` : '–'}</Fact>
      <Fact name="executor">{configuration ? agentLine(configuration.executor) : '–'}</Fact>
      <Fact name="reviewer">{configuration ? agentLine(configuration.reviewer) : '–'}</Fact>
      <Fact name="head">{run.head ? <CopyText text={run.head} shown={shortCommit(run.head)} /> : '–'}</Fact>
      <Fact name="commits">{run.totals.commits}</Fact>
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
      <Fact name="fixes">{run.totals.fixes}</Fact>
    </dl>
  );
}

function agentLine(agent: { id: string; model: string | null }): string {
  return agent.model ? `${agent.id} · ${agent.model}` : agent.id;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className="min-w-0 break-words tabular-nums text-muted">{children}</dd>
    </>
  );
}
