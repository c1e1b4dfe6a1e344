import { findItem, fixOf, rootOf } from './evolve/items.ts';
import { isSpent, ledgerOf } from './ledger.ts';
import { DEFAULT_RHYTHM, obligations } from './obligations.ts';
import { type Item, isAtRest, type RunState } from './run-state.ts';

/**
 * What must always be true of a run (design.md), by number; an empty answer means that all of it is.
 * 1 (folding gives the state) and 10 (deciding is pure) are shown by the simulation, which holds the log.
 */
export function violations(state: RunState): string[] {
  const found: string[] = [];
  const say = (rule: number, what: string) => void found.push(`${rule}: ${what}`);
  leaseAndJob(state, say);
  for (const item of state.items) chunk(state, item, say);
  money(state, say);
  stillness(state, say);
  return found;
}

/** The most attempts that a chunk and its fixes may spend. */
export function maxIterations(state: RunState): number {
  return state.settings.maxIterations ?? state.configuration?.maxIterations ?? 5;
}

type Say = (rule: number, what: string) => void;

function leaseAndJob(state: RunState, say: Say): void {
  const { lease, job } = state;
  if (lease !== null && lease.fence !== state.fence) say(2, `the lease has fence ${lease.fence}, the newest is ${state.fence}`);
  if (state.question && state.question.jobId !== job?.id) say(7, `question ${state.question.id} is open without its job`);
  if (job === null) return;
  if (lease === null || job.fence !== lease.fence) say(2, `job ${job.id} is out without its lease`);
  if (lease !== null && !lease.reconciled) say(2, `job ${job.id} is out before its lease was reconciled`);
  const attempt = findItem(state, job.itemId)?.attempts.at(-1);
  if (attempt?.jobId !== job.id || attempt.result !== null) say(2, `job ${job.id} is not the last open attempt of its chunk`);
}

function chunk(state: RunState, item: Item, say: Say): void {
  const active = item.status === 'running' || item.status === 'reviewing';
  if (active) for (const id of item.dependsOn) if (!isDone(findItem(state, id))) say(3, `${item.key} runs before ${id} is done`);
  if (item.status === 'completed' && item.attempts.length > 0) completed(item, say);
  if (item.kind === 'fix') {
    fix(state, item, say);
    return;
  }
  if (item.spent > maxIterations(state)) say(5, `${item.key} has spent ${item.spent} of ${maxIterations(state)} attempts`);
  if (item.heals > state.settings.maxHeals) say(5, `${item.key} was healed ${item.heals} times`);
  const spent = [...item.attempts, ...(fixOf(state, item.id)?.attempts ?? [])].filter((attempt) => isSpent(attempt.result)).length;
  if (item.spent > spent) say(5, `${item.key} counts ${item.spent} attempts, ${spent} were made`);
}

function completed(item: Item, say: Say): void {
  if (item.commit === null) say(4, `${item.key} is completed without a commit`);
  if (item.verdict?.verdict !== 'pass') say(4, `${item.key} is completed without a verdict of pass`);
}

function fix(state: RunState, item: Item, say: Say): void {
  const parent = rootOf(state, item);
  if (parent === item) {
    say(4, `fix ${item.id} does not know its parent`);
    return;
  }
  if (item.status === 'completed' && parent.status !== 'completed') say(4, `fix ${item.id} is completed without ${parent.key}`);
  const open = item.status === 'pending' || item.status === 'running' || item.status === 'reviewing';
  if (open && isDone(parent)) say(4, `${parent.key} is done without its fix`);
}

function isDone(item: Item | undefined): boolean {
  return item !== undefined && (item.status === 'completed' || item.status === 'skipped');
}

// Between decisions the one call that is out may stand above the limit: at most what one job reserves.
function money(state: RunState, say: Say): void {
  const { settings, job } = state;
  const ledger = ledgerOf(state);
  const micros = ledger.micros + (job?.reservedMicros ?? 0);
  if (job !== null && settings.maxCostMicros !== null && micros > settings.maxCostMicros + settings.reserveCostMicros)
    say(6, `${micros} of ${settings.maxCostMicros} micro-dollars are spent or reserved`);
  const tokens = ledger.tokens + (job?.reservedTokens ?? 0);
  if (job !== null && settings.maxTokens !== null && tokens > settings.maxTokens + settings.reserveTokens)
    say(6, `${tokens} of ${settings.maxTokens} tokens are spent or reserved`);
}

function stillness(state: RunState, say: Say): void {
  const { status, job, lease, wait } = state;
  if (status === 'waiting' && job !== null) say(7, 'a job is out while the run waits');
  if (status === 'waiting' && wait === null) say(8, 'it waits without a reason');
  if (status === 'running' && lease?.state !== 'held') say(8, 'it runs without a lease');
  if ((status === 'pausing' || status === 'stopping') && job === null) say(8, `it is ${status} with no job to wait for`);
  if (isAtRest(state)) {
    if (lease !== null) say(9, `it is ${status} and holds a lease`);
    if (job !== null) say(9, `it is ${status} with a job out`);
    if (obligations(state, 0, 0, DEFAULT_RHYTHM).alarmAt !== null) say(9, `it is ${status} with an alarm`);
  } else if (job === null && status !== 'paused' && wait?.waitFor !== 'person') {
    if (obligations(state, 0, 0, DEFAULT_RHYTHM).alarmAt === null) say(8, `it is ${status} with no job, no alarm, nobody asked`);
  }
}
