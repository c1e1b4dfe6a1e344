import type { RunEvent } from '../run-event.ts';
import type { RunState } from '../run-state.ts';
import { findItem } from './items.ts';

const KEPT = 200;

const CLOSED = {
  withdrawn: 'The agent no longer waits for an answer.',
  stopped: 'The run was cancelled.',
  agent_gone: 'The machine of the agent is gone: the attempt is made again, and may ask again.',
  replaced: 'The agent asked another question.',
};

/** Every transition of a phase with its reason, for the page's decision log and the file in the repository. */
export function noteDecision(next: RunState, event: RunEvent & { at: number }): void {
  const said = decisionOf(next, event);
  if (said === null || next.phase === undefined) return;
  const decisions = [...next.phase.decisions, { at: event.at, decision: said[0], reason: said[1].slice(0, 500) }].slice(-KEPT);
  next.phase = { ...next.phase, decisions };
}

function decisionOf(next: RunState, event: RunEvent): [string, string] | null {
  const title = (id: string) => findItem(next, id)?.title ?? id;
  const by = (actor: { name: string } | null) => (actor === null ? 'By configuration.' : `By ${actor.name}.`);
  switch (event.kind) {
    case 'phase_planned':
      return ['plan', event.reason.message];
    case 'batches_found':
      return ['batches', event.reason.message];
    case 'chunk_started':
      return ['start', `${event.title}: it is the next that is not done.`];
    case 'job_ordered':
      return event.attemptKind === 'heal' ? ['heal', `${title(event.chunkId)}: the attempt before failed.`] : null;
    case 'attempt_ended':
      // A cancel has told why an attempt was stopped.
      return event.result === 'passed' || event.result === 'stopped'
        ? null
        : ['attempt failed', `${title(event.chunkId)}: ${event.message || event.result}`];
    case 'chunk_completed':
      return [
        'complete',
        `${title(event.chunkId)}: the agent ended well${isCommand(next, event.chunkId) ? '.' : ' and the repository confirms it.'}`,
      ];
    case 'chunk_failed':
      return ['fail', `${title(event.chunkId)}: ${event.reason.message}`];
    case 'chunk_skipped':
      return ['skip', `${title(event.chunkId)}. ${by(event.actor)}`];
    case 'question_asked':
      return ['question', `${title(event.chunkId)}: ${event.questions.map(({ question }) => question).join(' ')}`];
    case 'question_answered':
      return ['answer', `${event.answers.map((chosen) => chosen.join(', ')).join('; ')}. ${by(event.actor)}`];
    case 'question_closed':
      return event.reason === 'answered' ? null : ['question closed', CLOSED[event.reason]];
    case 'diagnosed':
      return ['diagnosis', `${title(event.chunkId)}: ${event.message}`];
    case 'wait_started':
      return ['wait', event.reason.message];
    case 'wait_ended':
      return ['go on', event.reason.message];
    case 'pause_requested':
      return ['pause', by(event.actor)];
    case 'run_resumed':
      return ['resume', by(event.actor)];
    case 'run_reopened':
      return ['open again', by(event.actor)];
    case 'stop_requested':
      return ['cancel', by(event.actor)];
    case 'merge_approved':
      return ['merge', event.reason.message];
    case 'merge_postponed':
      return ['not yet', by(event.actor)];
    case 'lease_ended':
    case 'lease_lapsed':
      return ['machine', event.reason.message];
    case 'run_completed':
      return ['complete', 'Every stage is done.'];
    case 'run_failed':
    case 'run_cancelled':
      return [event.kind === 'run_failed' ? 'failed' : 'cancelled', event.reason.message];
    default:
      return null;
  }
}

// It has no task file to be held to.
function isCommand(state: RunState, id: string): boolean {
  return findItem(state, id)?.phase?.stage === 'command';
}
