import type { PhaseState } from '@specwright/protocol/phase.ts';

export type DecisionRow = PhaseState['decisions'][number] & { number: number };

/** Decisions, the newest first. A machine that was let go for the same reason, in the same moment, says nothing of its own. */
export function decisionRows(decisions: PhaseState['decisions']): DecisionRow[] {
  const rows = decisions.map((one, number) => ({ ...one, number }));
  const isEcho = ({ decision, at, reason, number }: DecisionRow) =>
    decision === 'machine' && rows.some((other) => other.number !== number && other.at === at && other.reason === reason);
  return rows.filter((row) => !isEcho(row)).reverse();
}
