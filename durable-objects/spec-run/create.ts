import { initialRunState } from '@specwright/protocol/evolve.ts';
import type { MachineCommand } from '@specwright/protocol/run-command.ts';
import { RUN_EVENT_VERSION, type StoredEvent } from '@specwright/protocol/run-event.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import { add, type Decision, draftOf, type Rules } from './decision.ts';
import { proceed } from './next-job.ts';
import { checkPlan } from './plan-check.ts';

type Create = Extract<MachineCommand, { kind: 'create' }> & { now: number };

/** The first command of a run. Idempotent: a run that exists answers with no event. */
export function decideCreate(state: RunState | null, command: Create, rules: Rules): Decision {
  if (state !== null) return { events: [], state, answer: null };
  const refusal = command.plan.kind === 'phase' ? null : checkPlan(command.plan.items);
  if (refusal !== null) return refusal;
  const { now, kind: _kind, ...asked } = command;
  const created: StoredEvent = { kind: 'run_created', ...asked, seq: 1, at: now, v: RUN_EVENT_VERSION };
  const draft = draftOf(initialRunState(created), now, rules);
  draft.events.push(created);
  proceed(draft);
  if (draft.state.status === 'queued')
    add(draft, { kind: 'machine_requested', reason: { code: 'RUN_STARTED', message: 'The run has begun and needs a machine.' } });
  return { events: draft.events, state: draft.state, answer: null };
}
