import type { PhaseState } from '@specwright/protocol/phase.ts';

export type DecisionRow = PhaseState['decisions'][number] & { number: number };

/** Decisions, the newest first. What says in the same moment what another has said with its batch is left out. */
export function decisionRows(decisions: PhaseState['decisions']): DecisionRow[] {
  const rows = decisions.map((one, number) => ({ ...one, number }));
  return rows.filter((row) => !isEcho(row, rows)).reverse();
}

// A batch's failure ends the run and lets the machine go: three decisions of one reason.
function isEcho({ decision, at, reason, number }: DecisionRow, rows: DecisionRow[]): boolean {
  if (decision !== 'machine' && decision !== 'failed') return false;
  return rows.some((other) => other.number !== number && other.at === at && other.decision !== 'machine' && other.reason.endsWith(reason));
}
