import { type ErrorCode, refuse } from '@specwright/protocol/error-code.ts';
import type { RunCommand } from '@specwright/protocol/run-command.ts';
import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { decideRetry, decideSkip } from './chunk-wishes.ts';
import { decideClaim, decideConfirmLease } from './claim.ts';
import { decideCreate } from './create.ts';
import { DEFAULT_RULES, type Decision, decided, draftOf, type Rules } from './decision.ts';
import { decideFacts } from './facts.ts';
import { decideAbort } from './phase/abort.ts';
import { decideMerge } from './phase/merge.ts';
import { decideAnswer } from './questions.ts';
import { decideLifeEnded, decideRunnerGone, decideTick } from './time.ts';
import { decidePause, decideRaiseLimits, decideResume, decideStop } from './wishes.ts';

/**
 * Decides what a command makes of a run: events, or a refusal that the caller can act on.
 * A function of its arguments alone: no clock, no storage, no randomness; they come with the command.
 */
export function decide(state: RunState | null, command: RunCommand, rules: Rules = DEFAULT_RULES): Decision {
  if (command.kind === 'create') return decideCreate(state, command, rules);
  if (state === null) return refuse('NOT_FOUND', 'There is no such run.');
  const draft = draftOf(state, command.now, rules);
  switch (command.kind) {
    case 'claim':
      return decideClaim(draft, command);
    case 'confirm_lease':
      return decideConfirmLease(draft, command);
    case 'facts':
      return decideFacts(draft, command);
    case 'tick':
      return decideTick(draft, command.lastHeardAt);
    case 'life_ended':
      return decideLifeEnded(draft, command);
    case 'runner_gone':
      return decideRunnerGone(draft, command.runnerId);
    // A closed socket, a restart of the server and a silent runner count alike: the lease lapses in its time.
    case 'socket_closed':
      return decided(draft);
    case 'resume':
      return decideResume(draft, command);
    case 'retry':
      return decideRetry(draft, command);
    case 'skip':
      return decideSkip(draft, command);
    case 'merge':
      return decideMerge(draft, command);
    case 'answer':
      return decideAnswer(draft, command);
    case 'raise_limits':
      return decideRaiseLimits(draft, command);
    default:
      if (command.kind === 'stop' && state.status === 'failed' && state.phase !== undefined) return decideAbort(draft, command.actor);
      if (isAtRest(state)) return refuse(restCode(state), `The run is ${state.status}.`);
      return command.kind === 'pause' ? decidePause(draft, command.actor) : decideStop(draft, command.actor);
  }
}

function restCode(state: RunState): ErrorCode {
  return state.status === 'completed' ? 'RUN_COMPLETED' : 'RUN_NOT_ACTIVE';
}
