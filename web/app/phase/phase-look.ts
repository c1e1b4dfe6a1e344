import { workflowStatus } from '@specwright/protocol/phase-status.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';

/** A phase's status as the name of its look: "Merge Ready" is merge_ready. */
export function phaseLook(run: RunState): string {
  return workflowStatus(run).toLowerCase().replaceAll(' ', '_');
}
