import { NO_USAGE } from '@specwright/protocol/usage.ts';
import type { FactDraft } from '../job/job-context.ts';

/** A job that this machine does not begin: it spends nothing, and ends the lease. */
export function handedBack(jobId: string): FactDraft {
  return {
    ...{ kind: 'job_ended', jobId, result: 'stopped', code: null, message: 'Handed back before it was begun.', commit: null },
    ...{ snapshot: null, summary: '', diffPiece: null, diffStat: null, usage: NO_USAGE, durationMs: 0, retryAfterMs: null },
  };
}
