import { decideAck, decideEnqueue, decidePull } from './decide-messages.ts';
import {
  decideClose,
  decideOrganisation,
  decidePause,
  decidePrioritise,
  decideRemove,
  decideReorder,
  decideSetProject,
} from './decide-queue.ts';
import { decideAnnounce, decideCheck, decideReport, decideRevoke, decideSetRunner, decideSilent } from './decide-runners.ts';
import { decideGiveBack, decideLeft, decideNews, decideRegister, decideReturnSlot, decideTick, giveToResumed } from './decide-runs.ts';
import type { DispatchCommand } from './dispatch-command.ts';
import type { DispatchEvent } from './dispatch-event.ts';
import type { DispatchState } from './dispatch-state.ts';
import { evolve } from './evolve.ts';
import { keptPlaces } from './manual-order.ts';

/** Says what follows from a command. No clock, no storage, no randomness: they come with the command. */
export function decide(state: DispatchState, command: DispatchCommand): DispatchEvent[] {
  const events = eventsOf(state, command);
  if (events.length === 0) return events;
  const then = events.reduce(evolve, state);
  const given = giveToResumed(then, command.now);
  return [...events, ...given, ...keptPlaces(state, given.reduce(evolve, then), command)];
}

function eventsOf(state: DispatchState, command: DispatchCommand): DispatchEvent[] {
  switch (command.kind) {
    case 'register':
      return decideRegister(state, command);
    case 'went_live':
      return state.runs[command.runId]?.state === 'creating' ? [{ kind: 'run_went_live', runId: command.runId }] : [];
    case 'left':
      return decideLeft(state, command);
    case 'news':
      return decideNews(state, command);
    case 'return_slot':
      return decideReturnSlot(state, command);
    case 'give_back':
      return decideGiveBack(state, command);
    case 'enqueue':
      return decideEnqueue(state, command);
    case 'withdraw':
      return state.entries[command.runId] ? [{ kind: 'entry_removed', runId: command.runId }] : [];
    case 'pull':
      return decidePull(state, command);
    case 'ack':
      return decideAck(state, command);
    case 'told':
      return state.endings[command.id] ? [{ kind: 'ending_told', id: command.id, runId: command.runId }] : [];
    case 'tick':
      return decideTick(state, command);
    default:
      return wishesOf(state, command);
  }
}

type Wish = Exclude<
  DispatchCommand,
  {
    kind:
      | 'register'
      | 'went_live'
      | 'left'
      | 'news'
      | 'return_slot'
      | 'give_back'
      | 'enqueue'
      | 'withdraw'
      | 'pull'
      | 'ack'
      | 'told'
      | 'tick';
  }
>;

/** What people and machines say of themselves. */
function wishesOf(state: DispatchState, command: Wish): DispatchEvent[] {
  switch (command.kind) {
    case 'set_runner':
      return decideSetRunner(state, command);
    case 'revoke_runner':
      return decideRevoke(state, command);
    case 'check_runner':
      return decideCheck(state, command);
    case 'announce':
      return decideAnnounce(state, command);
    case 'report':
      return decideReport(state, command);
    case 'silent':
      return decideSilent(state, command);
    case 'set_project':
      return decideSetProject(state, command);
    case 'pause_project':
      return decidePause(state, command);
    case 'close_project':
      return decideClose(state, command);
    case 'set_organisation':
      return decideOrganisation(state, command);
    case 'reorder':
      return decideReorder(state, command);
    case 'prioritise':
      return decidePrioritise(state, command);
    case 'remove':
      return decideRemove(state, command);
    case 'want_resume':
      return state.runs[command.runId] ? [{ kind: 'resume_wanted', runId: command.runId, resume: { actor: command.by } }] : [];
    case 'resumed':
      return state.runs[command.runId] ? [{ kind: 'run_resumed', runId: command.runId }] : [];
  }
}
