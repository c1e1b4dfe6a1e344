import type { IconName } from './icon.tsx';

export interface Look {
  icon: IconName;
  word: string;
  tone: 'quiet' | 'accent' | 'warn' | 'bad' | 'info' | 'review';
  moving?: boolean;
}

/** Every state of specs, runs, chunks, attempts and tool calls, as people see it. One table, so that a word looks the same everywhere. */
const LOOKS: Record<string, Look> = {
  draft: { icon: 'dashes', word: 'draft', tone: 'quiet' },
  ready: { icon: 'ring', word: 'ready', tone: 'info' },
  queued: { icon: 'quarter', word: 'queued', tone: 'warn' },
  running: { icon: 'dot', word: 'running', tone: 'accent', moving: true },
  review: { icon: 'eye', word: 'review', tone: 'review' },
  reviewing: { icon: 'eye', word: 'reviewing', tone: 'review', moving: true },
  completed: { icon: 'check', word: 'completed', tone: 'accent' },
  failed: { icon: 'cross', word: 'failed', tone: 'bad' },
  cancelled: { icon: 'ban', word: 'cancelled', tone: 'quiet' },
  stopped: { icon: 'ban', word: 'stopped', tone: 'quiet' },
  pending: { icon: 'ring', word: 'pending', tone: 'quiet' },
  skipped: { icon: 'skip', word: 'skipped', tone: 'quiet' },
  pausing: { icon: 'pause', word: 'pausing', tone: 'warn', moving: true },
  paused: { icon: 'pause', word: 'paused', tone: 'warn' },
  stopping: { icon: 'stop', word: 'stopping', tone: 'warn', moving: true },
  waiting: { icon: 'clock', word: 'waiting', tone: 'warn' },
  healing: { icon: 'redo', word: 'healing', tone: 'review', moving: true },
  merge_ready: { icon: 'right', word: 'merge ready', tone: 'info' },
  complete: { icon: 'check', word: 'complete', tone: 'accent' },
  unconfirmed: { icon: 'question', word: 'not confirmed', tone: 'warn' },
  merge_refused: { icon: 'bang', word: 'merge refused', tone: 'warn' },
  passed: { icon: 'check', word: 'passed', tone: 'accent' },
  pass: { icon: 'check', word: 'pass', tone: 'accent' },
  needs_fix: { icon: 'redo', word: 'needs fix', tone: 'review' },
  fail: { icon: 'cross', word: 'fail', tone: 'bad' },
  rejected: { icon: 'cross', word: 'rejected', tone: 'bad' },
  checks_failed: { icon: 'cross', word: 'checks failed', tone: 'bad' },
  unchanged: { icon: 'ban', word: 'changed nothing', tone: 'warn' },
  agent_failed: { icon: 'cross', word: 'agent failed', tone: 'bad' },
  runner_fault: { icon: 'bang', word: 'machine fault', tone: 'warn' },
  provider_fault: { icon: 'bang', word: 'provider fault', tone: 'warn' },
  over_budget: { icon: 'bang', word: 'over budget', tone: 'warn' },
  lost: { icon: 'question', word: 'lost', tone: 'warn' },
  online: { icon: 'dot', word: 'online', tone: 'accent' },
  busy: { icon: 'dot', word: 'busy', tone: 'accent', moving: true },
  draining: { icon: 'clock', word: 'draining', tone: 'warn', moving: true },
  offline: { icon: 'ring', word: 'offline', tone: 'quiet' },
};

/** How a state looks; an unknown one is shown as its own word. */
export function lookOf(status: string): Look {
  return LOOKS[status] ?? { icon: 'minus', word: status.replaceAll('_', ' '), tone: 'quiet' };
}
