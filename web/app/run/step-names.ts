import type { Step } from '@specwright/protocol/job.ts';

/** The steps of an attempt, in order. Said again here because the protocol's list stands beside its validator, which no page needs. */
export const STEP_NAMES = ['prepare', 'execute', 'verify', 'review', 'promote'] as const satisfies readonly Step[];

/** Of a phase's attempt; its merge is one step. */
const PHASE_STEP_NAMES = ['prepare', 'execute', 'confirm', 'verify', 'promote'] as const satisfies readonly Step[];

/** The steps of the job in hand, in order. */
export function stepNames(ofPhase: boolean, step: Step | null): readonly Step[] {
  if (!ofPhase) return STEP_NAMES;
  return step === 'merge' ? ['merge'] : PHASE_STEP_NAMES;
}
