import type { RunState } from '@specwright/protocol/run-state.ts';
import type { OrchestrationView } from '@specwright/protocol/workflow-api.ts';
import { orchestrationView } from '@specwright/protocol/workflow-view.ts';
import { formatCost, formatDuration } from '../ui/format.ts';
import { attentionOf, nameOf, standsFor } from './phase-outlook.ts';

/** "about 4m 05s left", "4m to 9m left"; null: not known, or nothing is left. */
export function remainingLine({ remainingMs, stage, runStatus }: OrchestrationView): string | null {
  if (remainingMs === null || remainingMs.high === 0 || stage !== 'implement') return null;
  if (['completed', 'failed', 'cancelled'].includes(runStatus)) return null;
  const [low, high] = [inSeconds(remainingMs.low), inSeconds(remainingMs.high)];
  return low === high ? `about ${low} left` : `${low} to ${high} left`;
}

/** "$1.20 of $50.00": spent, what the job in hand has used so far with it. */
export function costLine(spentMicros: number | null, limitMicros: number | null): string {
  return limitMicros === null ? formatCost(spentMicros) : `${formatCost(spentMicros)} of ${formatCost(limitMicros)}`;
}

/** The headline of the API; where it failed, and that a merge was refused. */
export function headlineOf(run: RunState): string {
  const { headline, status } = orchestrationView(run);
  const attention = attentionOf(run);
  if (attention?.kind === 'merge') return standsFor(attention) ?? headline;
  if (status !== 'Failed') return headline;
  const item = run.items.find((one) => one.status === 'failed');
  return item ? `Failed at ${nameOf(run, item)}${item.phase?.stage === 'implement' ? `: ${item.title}` : ''}` : 'Failed';
}

function inSeconds(ms: number): string {
  return formatDuration(Math.max(1, Math.round(ms / 1000)) * 1000);
}
