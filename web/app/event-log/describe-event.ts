import type { RunEvent, StoredEvent } from '@specwright/protocol/run-event.ts';
import { formatCost, formatCount, formatDuration, shortCommit } from '../ui/format.ts';

const described = new WeakMap<StoredEvent, string>();

/** An event as one line for people; made once for each. */
export function describeEvent(event: StoredEvent): string {
  let line = described.get(event);
  if (line === undefined) {
    line = lineOf(event).replaceAll(/\s+/g, ' ');
    described.set(event, line);
  }
  return line;
}

/** True for what a person looks for after something went wrong. */
export function isFailure(event: RunEvent): boolean {
  switch (event.kind) {
    case 'step_ended':
      return !event.ok;
    case 'check_ended':
      return event.exitCode !== 0;
    case 'tool_called':
      return event.status === 'failed';
    case 'attempt_ended':
      return event.result !== 'passed' && event.result !== 'stopped';
    case 'review_ended':
      return event.verdict.verdict !== 'pass';
    default:
      return ['chunk_failed', 'run_failed', 'attempt_lost', 'lease_lapsed', 'agent_retried'].includes(event.kind);
  }
}

function lineOf(event: StoredEvent): string {
  switch (event.kind) {
    case 'run_created':
      return `“${event.specTitle}” on ${event.branch}${event.plan.kind === 'phase' ? '' : `, ${event.plan.items.length} chunks`}${by(event.actor)}`;
    case 'machine_requested':
    case 'lease_lapsed':
    case 'lease_ended':
    case 'wait_started':
    case 'wait_ended':
    case 'run_failed':
    case 'run_cancelled':
    case 'chunk_failed':
      return event.reason.message;
    case 'lease_granted':
      return `${event.runnerName} ${event.revived ? 'revived' : 'took'} the run, fence ${event.fence}`;
    case 'reconciled':
      return `branch at ${shortCommit(event.head)}${event.resetTo ? `, reset to ${shortCommit(event.resetTo)}` : ''}`;
    case 'chunk_adopted':
      return `adopted from the branch at ${shortCommit(event.commit)}`;
    case 'chunk_started':
      return `${event.index}/${event.total} ${event.title}`;
    case 'fix_chunk_started':
    case 'fix_chunk_created':
      return event.title;
    case 'job_ordered':
      return `attempt ${event.attempt} (${event.attemptKind})`;
    case 'step_started':
      return event.step;
    case 'step_ended':
      return `${event.step} ${event.ok ? 'ok' : 'failed'} after ${formatDuration(event.durationMs)}${event.message ? `: ${event.message}` : ''}`;
    default:
      return workLine(event);
  }
}

function workLine(event: StoredEvent): string {
  switch (event.kind) {
    case 'agent_started':
      return `${event.role} ${event.agent}${event.version ? ` ${event.version}` : ''}${event.model ? ` · ${event.model}` : ''}`;
    case 'tool_called':
      return `${event.tool} ${event.status} ${event.title || event.input}`;
    case 'text_written':
      return event.excerpt;
    case 'agent_retried':
      return event.reason;
    case 'usage_reported':
      return `${formatCount(event.usage.inputTokens)} in, ${formatCount(event.usage.outputTokens)} out, ${formatCost(event.usage.costMicros)}`;
    case 'check_ended':
      return `${event.name}: exit ${event.exitCode ?? 'by force'} after ${formatDuration(event.durationMs)}`;
    case 'review_ended':
      return `${event.verdict.verdict}: ${event.verdict.summary}`;
    case 'noticed':
      return `${event.level}: ${event.message}`;
    case 'attempt_ended':
      return `attempt ${event.attempt} ${event.result}${event.code ? ` ${event.code}` : ''}${event.message ? `: ${event.message}` : ''}`;
    case 'attempt_lost':
      return `attempt ${event.attempt} was lost with its lease; ${formatCost(event.chargedMicros)} held as spent`;
    default:
      return restLine(event);
  }
}

function restLine(event: StoredEvent): string {
  switch (event.kind) {
    case 'chunk_completed':
      return `commit ${shortCommit(event.commit)}${event.fixChunkId ? ' with its fix' : ''}: ${event.summary}`;
    case 'chunk_skipped':
    case 'chunk_reset':
    case 'pause_requested':
    case 'run_resumed':
    case 'stop_requested':
    case 'run_reopened':
      return event.actor ? `by ${event.actor.name}` : '';
    case 'job_held':
      return `before ${event.next}`;
    case 'run_completed':
      return `${event.passed} passed, ${event.failed} failed, ${event.fixes} fixes`;
    case 'evidence_recorded':
      return `fence ${event.fence} #${event.number} ${event.factKind}: ${event.message}`;
    case 'facts_received':
      return `fence ${event.fence} up to ${event.last}`;
    default:
      return phaseLine(event);
  }
}

function phaseLine(event: StoredEvent): string {
  switch (event.kind) {
    case 'phase_seen':
      return `${event.seen.taskFile ?? 'no task file'}: ${event.seen.counts.done} of ${event.seen.counts.total} tasks done`;
    case 'phase_planned':
    case 'batches_found':
    case 'merge_approved':
      return event.reason.message;
    case 'question_asked':
      return event.questions.map(({ question }) => question).join(' ');
    case 'question_answered':
      return `${event.answers.map((given) => given.join(', ')).join('; ')}${event.actor ? `, by ${event.actor.name}` : ''}`;
    case 'question_closed':
      return event.reason.replaceAll('_', ' ');
    case 'diagnosed':
      return event.message;
    case 'merge_postponed':
    case 'limits_raised':
    case 'budget_raised':
      return event.actor ? `by ${event.actor.name}` : '';
    default:
      return '';
  }
}

function by(actor: { name: string } | null): string {
  return actor ? `, started by ${actor.name}` : '';
}
