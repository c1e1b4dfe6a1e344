import { refuse } from '@specwright/protocol/error-code.ts';
import type { PersonCommand } from '@specwright/protocol/run-command.ts';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import { add, type Decision, type Draft, decided } from '../decision.ts';
import { proceed } from '../next-job.ts';

type Wish = Extract<PersonCommand, { kind: 'merge' }>;

/** A person's word at Merge Ready, at a USER GATE, or after a refused merge. Not yet: it is written down, and the run waits on. */
export function decideMerge(draft: Draft, { decision, actor }: Wish): Decision {
  const { state } = draft;
  if (state.phase === undefined) return refuse('BAD_REQUEST', 'This run has no merge of its own.');
  if (isAtRest(state)) return refuse(state.status === 'completed' ? 'RUN_COMPLETED' : 'RUN_NOT_ACTIVE', `The run is ${state.status}.`);
  const next = state.items.find((item) => item.status !== 'completed' && item.status !== 'skipped');
  if (state.status !== 'waiting' || state.wait?.waitFor !== 'person' || next?.phase?.stage !== 'merge')
    return refuse('CONFLICT', 'The run is not ready to merge.');
  if (decision === 'not_yet') {
    add(draft, { kind: 'merge_postponed', actor });
    return decided(draft);
  }
  const reason = { code: 'MERGE_ASKED', message: `${actor?.name ?? 'A person'} said: merge.` };
  add(draft, { kind: 'merge_approved', actor, reason });
  add(draft, { kind: 'wait_ended', reason });
  proceed(draft);
  return decided(draft, { code: 'MERGE_ASKED', message: 'The merge needs a machine.' });
}
