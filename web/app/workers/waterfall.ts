import type { Step } from '@specwright/protocol/job.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';

/** A stretch of time in the server's milliseconds; `to` null: it goes on. */
interface Stretch {
  from: number;
  to: number | null;
}

export interface StepStretch extends Stretch {
  step: Step;
  /** Null while it goes on. */
  ok: boolean | null;
  /** A person ended it: no failure. */
  stopped: boolean;
  message: string | null;
  /** The numbers of its first and last event. */
  fromSeq: number;
  toSeq: number | null;
}

/** One attempt: waiting until its first step, then step by step. */
export interface AttemptBar extends Stretch {
  jobId: string;
  steps: StepStretch[];
  /** The number of its last event, as far as it was heard. */
  lastSeq: number;
}

export interface Waiting extends Stretch {
  why: string;
}

/** When what was done in a run, folded from its events. Changed in place: a run may have tens of thousands. */
export interface Waterfall {
  /** Events 1 to this are folded. */
  seen: number;
  bars: Map<string, AttemptBar>;
  waits: Waiting[];
}

export function startWaterfall(): Waterfall {
  return { seen: 0, bars: new Map(), waits: [] };
}

/** Folds the next event; others than the next are left alone. */
export function foldWaterfall(fall: Waterfall, event: StoredEvent): void {
  if (event.seq !== fall.seen + 1) return;
  fall.seen = event.seq;
  if ('jobId' in event && event.jobId !== null) foldJob(fall, event as StoredEvent & { jobId: string });
  foldWait(fall, event);
}

function foldJob(fall: Waterfall, event: StoredEvent & { jobId: string }): void {
  const { jobId, at, seq } = event;
  if (event.kind === 'job_ordered') fall.bars.set(jobId, { jobId, from: at, to: null, steps: [], lastSeq: seq });
  const bar = fall.bars.get(jobId);
  if (!bar) return;
  bar.lastSeq = seq;
  if (event.kind === 'step_started') {
    endStep(bar, event, true);
    bar.steps.push({ step: event.step, from: at, to: null, ok: null, stopped: false, message: null, fromSeq: seq, toSeq: null });
  } else if (event.kind === 'step_ended') {
    endStep(bar, event, event.ok, event.message);
  } else if (event.kind === 'attempt_ended' || event.kind === 'attempt_lost') {
    endStep(bar, event, event.kind === 'attempt_ended' && event.result === 'passed');
    bar.to = at;
    const last = bar.steps.at(-1);
    if (last && last.ok === false && event.kind === 'attempt_ended' && event.result === 'stopped') last.stopped = true;
  }
}

function endStep(bar: AttemptBar, { at, seq }: StoredEvent, ok: boolean, message: string | null = null): void {
  const last = bar.steps.at(-1);
  if (last && last.to === null) Object.assign(last, { to: at, toSeq: seq, ok, message });
}

function foldWait(fall: Waterfall, event: StoredEvent): void {
  const why = waitIn(event);
  if (why !== null || endsWaits(event)) {
    for (const wait of fall.waits) wait.to ??= event.at;
  }
  if (why !== null) fall.waits.push({ from: event.at, to: null, why });
}

function waitIn(event: StoredEvent): string | null {
  switch (event.kind) {
    case 'run_created':
    case 'run_reopened':
      return 'Waits for a slot and a machine.';
    case 'machine_requested':
    case 'wait_started':
    case 'lease_lapsed':
      return event.reason.message;
    case 'run_paused':
      return 'Paused by a person.';
    default:
      return null;
  }
}

function endsWaits({ kind }: StoredEvent): boolean {
  return ['lease_granted', 'wait_ended', 'run_resumed', 'job_ordered', 'run_completed', 'run_failed', 'run_cancelled'].includes(kind);
}
