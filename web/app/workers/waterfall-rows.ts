import type { Attempt, Item, RunState } from '@specwright/protocol/run-state.ts';
import { outlineOf } from '../run/run-outline.ts';
import type { StepStretch, Waterfall } from './waterfall.ts';

/** What is chosen: an attempt, or one step of it. */
export interface Choice {
  jobId: string;
  step: string | null;
}

export type FallRow =
  | { kind: 'item'; item: Item }
  | { kind: 'attempt'; item: Item; attempt: Attempt; steps: StepStretch[]; from: number; to: number | null }
  | { kind: 'step'; item: Item; attempt: Attempt; step: StepStretch };

export type AttemptRow = Extract<FallRow, { kind: 'attempt' }>;

/** Chunks and fixes in order, each with its attempts; the chosen attempt, and one that goes on, with their steps. */
export function rowsOf(run: RunState, fall: Waterfall, chosenJob: string | null): FallRow[] {
  return outlineOf(run.items)
    .flatMap(({ root, fixes }) => [root, ...fixes])
    .flatMap((item) => [
      { kind: 'item', item } satisfies FallRow,
      ...item.attempts.flatMap((attempt) => attemptRows(item, attempt, fall, chosenJob)),
    ]);
}

function attemptRows(item: Item, attempt: Attempt, fall: Waterfall, chosenJob: string | null): FallRow[] {
  const bar = fall.bars.get(attempt.jobId);
  const steps = bar?.steps ?? [];
  const row: AttemptRow = {
    kind: 'attempt',
    item,
    attempt,
    steps,
    from: bar?.from ?? attempt.startedAt,
    to: attempt.endedAt ?? bar?.to ?? null,
  };
  const open = attempt.jobId === chosenJob || attempt.result === null;
  return [row, ...(open ? steps.map((step): FallRow => ({ kind: 'step', item, attempt, step })) : [])];
}

/** Rows whose words hold all that is searched for; an item stays where one of its rows does. */
export function searchRows(rows: FallRow[], text: string): FallRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  const hits = new Set(rows.filter((row) => words.every((word) => textOf(row).includes(word))));
  const kept = new Set([...hits].map((row) => row.item.id));
  const whole = new Set([...hits].filter((row) => row.kind === 'item').map((row) => row.item.id));
  return rows.filter((row) => hits.has(row) || whole.has(row.item.id) || (row.kind === 'item' && kept.has(row.item.id)));
}

function textOf(row: FallRow): string {
  if (row.kind === 'item') return `${row.item.key} ${row.item.title} ${row.item.status}`.toLowerCase();
  const { attempt, kind, result, code, message, agent, model, checks } = row.attempt;
  if (row.kind === 'step')
    return `${row.step.step} ${row.step.ok === false ? howItEnded(row.step) : ''} ${row.step.message ?? ''}`.toLowerCase();
  const checked = checks.map((check) => `${check.name} ${check.command}`).join(' ');
  return `attempt ${attempt} ${kind} ${result ?? 'running'} ${code ?? ''} ${message} ${agent ?? ''} ${model ?? ''} ${checked}`.toLowerCase();
}

/** The failed attempt after the chosen one, from the top again after the last; null: none failed. */
export function nextFailure(rows: FallRow[], chosenJob: string | null): AttemptRow | null {
  const attempts = rows.filter((row): row is AttemptRow => row.kind === 'attempt');
  const at = attempts.findIndex(({ attempt }) => attempt.jobId === chosenJob);
  const round = [...attempts.slice(at + 1), ...attempts.slice(0, at + 1)];
  return round.find(({ attempt }) => isFailed(attempt)) ?? null;
}

export function isFailed({ result }: Attempt): boolean {
  return result !== null && result !== 'passed' && result !== 'stopped';
}

export function isBroken({ ok, stopped }: StepStretch): boolean {
  return ok === false && !stopped;
}

/** Of a step that did not go well. */
export function howItEnded({ stopped }: StepStretch): 'stopped' | 'failed' {
  return stopped ? 'stopped' : 'failed';
}

/** What happens now, or happened last. */
export function newestJob(run: RunState): string | null {
  if (run.job) return run.job.id;
  const attempts = run.items.flatMap((item) => item.attempts);
  return (
    attempts.reduce<Attempt | null>((newest, attempt) => (newest && newest.startedAt > attempt.startedAt ? newest : attempt), null)
      ?.jobId ?? null
  );
}
