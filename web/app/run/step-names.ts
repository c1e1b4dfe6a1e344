import type { Step } from '@specwright/protocol/job.ts';

/** The steps of an attempt, in order. Said again here because the protocol's list stands beside its validator, which no page needs. */
export const STEP_NAMES = ['prepare', 'execute', 'verify', 'review', 'promote'] as const satisfies readonly Step[];
