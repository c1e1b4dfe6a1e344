import { decideAck, decideEnqueue, decidePull } from './decide-messages.ts';
import { decideAnnounce, decideReport, decideRevoke, decideSetRunner, decideSilent } from './decide-runners.ts';
import type { CommandOf, DispatchCommand } from './dispatch-command.ts';
import type { DispatchEvent } from './dispatch-event.ts';
import type { DispatchState } from './dispatch-state.ts';

/** Says what follows from a command. No clock, no storage, no randomness: they come with the command. */
export function decide(state: DispatchState, command: DispatchCommand): DispatchEvent[] {
  switch (command.kind) {
    case 'register':
      return register(state, command);
    case 'went_live':
      return state.runs[command.runId]?.state === 'creating' ? [{ kind: 'run_went_live', runId: command.runId }] : [];
    case 'left':
      return state.runs[command.runId] ? [{ kind: 'run_left', runId: command.runId }] : [];
    case 'enqueue':
      return decideEnqueue(state, command);
    case 'withdraw':
      return state.entries[command.runId] ? [{ kind: 'entry_removed', runId: command.runId }] : [];
    case 'pull':
      return decidePull(state, command);
    case 'ack':
      return decideAck(state, command);
    case 'set_runner':
      return decideSetRunner(state, command);
    case 'revoke_runner':
      return decideRevoke(state, command);
    case 'announce':
      return decideAnnounce(state, command);
    case 'report':
      return decideReport(state, command);
    case 'silent':
      return decideSilent(state, command);
    case 'told':
      return state.endings[command.id] ? [{ kind: 'ending_told', id: command.id, runId: command.runId }] : [];
  }
}

function register(state: DispatchState, command: CommandOf<'register'>): DispatchEvent[] {
  const { kind: _, maxActive, now, ...run } = command;
  const { projectId } = run;
  const limit: DispatchEvent[] = state.projects[projectId]?.maxActive === maxActive ? [] : [{ kind: 'limit_set', projectId, maxActive }];
  return state.runs[run.runId] ? limit : [...limit, { kind: 'run_registered', ...run, at: now }];
}
