import type { Actor } from '@specwright/protocol/run-event.ts';
import { add, type Decision, type Draft, decided } from '../decision.ts';

/** A person gives a failed phase up: it counts as cancelled from now on. Its branch stays, and a resume still opens it again. */
export function decideAbort(draft: Draft, actor: Actor | null): Decision {
  add(draft, {
    kind: 'run_cancelled',
    reason: { code: 'ABORTED', message: `${actor?.name ?? 'A person'} gave it up after it had failed.` },
  });
  return decided(draft);
}
