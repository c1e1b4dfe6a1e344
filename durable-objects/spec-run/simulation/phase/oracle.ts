import { findItem } from '@specwright/protocol/evolve/items.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { type Item, isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { CALL_MICROS } from '../oracle.ts';
import type { World } from '../world.ts';
import type { PhaseRepository } from './repository.ts';

const isDone = ({ status }: Item) => status === 'completed' || status === 'skipped';
const isBatch = (item: Item) => item.phase?.stage === 'implement';
const isBegun = (item: Item) => item.attempts.length > 0 || item.status !== 'pending';

/** Watches the phase of one history from outside: order, heals, budgets, pauses, the merge. */
export class PhaseOracle {
  /** Times that a person said "merge", and that was believed. */
  saidMerge = 0;
  private readonly world: World;
  private readonly repository: PhaseRepository;
  private approval: { by: 'person' | 'configuration' } | null = null;
  private wasRefused = false;
  private gateStood = false;
  /** Where the run's branch stands; the merge has a commit of its own. */
  private head = 'base';
  private owesPause: string | null = null;
  private readonly heals = new Map<string, number>();
  private readonly kinds = new Map<string, { itemId: string; kind: string }>();
  private readonly counted = new Map<string, number>();
  private readonly answered = new Set<string>();
  private readonly diagnoses = new Map<string, number>();
  private readonly limits = new Map<string, number>();

  constructor(world: World, repository: PhaseRepository) {
    this.world = world;
    this.repository = repository;
  }

  event(before: RunState, event: StoredEvent, after: RunState): void {
    if (event.kind === 'job_ordered') this.ordered(before, event);
    if (event.kind === 'attempt_ended') this.ended(before, event);
    this.question(before, event, after);
    if (event.kind === 'attempt_lost')
      this.counted.set(event.jobId, Math.max(0, (before.job?.usage.costMicros ?? 0) - (this.diagnoses.get(event.jobId) ?? 0)));
    if (event.kind === 'batches_found') this.laid(before, after);
    if (event.kind === 'chunk_completed') this.completed(event, after);
    if (event.kind === 'phase_seen' && event.seen.gate !== null) this.gateStood = true;
    if (event.kind === 'merge_approved') this.approved(event.actor !== null);
    if (event.kind === 'chunk_reset') this.heals.delete(event.chunkId);
    if (event.kind === 'run_reopened') for (const item of before.items) if (item.status === 'failed') this.heals.delete(item.id);
    if (event.kind === 'run_resumed' || event.kind === 'run_reopened') this.owesPause = null;
  }

  atEnd(state: RunState): void {
    if (state.status !== 'completed') return;
    const merge = findItem(state, 'merge');
    if (merge?.status === 'completed' && !this.repository.holds(this.head))
      this.say('it is completed, and its work is not on the base branch');
    const verify = findItem(state, 'verify');
    if (merge?.status !== 'completed' || verify?.status !== 'completed') return;
    const skipped = new Set(
      state.items.filter(({ status }) => status === 'skipped').flatMap((item) => item.phase?.tasks.map(({ key }) => key) ?? []),
    );
    const open = this.repository.tree(this.head).tasks.filter(({ key, done }) => !done && !skipped.has(key));
    if (open.length > 0) this.say(`it is completed, and open are ${open.map(({ key }) => key).join()}`);
  }

  /** A merge is about to land. */
  lands(jobId: string, seen: string[], hesitated: boolean): void {
    const { state } = this.world.server;
    if (this.kinds.get(jobId)?.itemId !== 'merge') this.say(`${jobId} merges and was not ordered to`);
    if (state !== null && isAtRest(state) && state.status !== 'cancelled' && !hesitated) this.say(`a ${state.status} run merges`);
    if (this.repository.main.slice(0, seen.length).join() !== seen.join() || this.repository.main.length !== seen.length)
      this.say('what others put onto the base branch is gone');
  }

  private ordered(before: RunState, event: Extract<StoredEvent, { kind: 'job_ordered' }>): void {
    const at = before.items.findIndex(({ id }) => id === event.chunkId);
    const item = before.items[at];
    if (item === undefined) return;
    const open = before.items.slice(0, at).filter((other) => !isDone(other));
    if (open.length > 0) this.say(`${item.id} began before ${open.map(({ id }) => id).join()}`);
    if (isBatch(item) && this.owesPause !== null) this.say(`${item.id} began without a pause after ${this.owesPause}`);
    this.kinds.set(event.jobId, { itemId: item.id, kind: event.attemptKind });
    if (item.id === 'merge') this.mayMerge(before);
    if (event.attemptKind === 'heal' && (this.heals.get(item.id) ?? 0) >= mostHeals(before))
      this.say(`${item.id} is healed once more than it may be`);
  }

  private mayMerge(before: RunState): void {
    if (this.approval === null) this.say('it merges and nobody has approved');
    if (this.approval?.by === 'configuration' && (this.gateStood || before.phase?.seen?.gate))
      this.say('a gate stands, and no person has said a word');
  }

  private approved(byPerson: boolean): void {
    if (byPerson && --this.saidMerge < 0) this.say('a person approved who said nothing');
    if (!byPerson && !this.repository.config.autoMerge) this.say('it approved of itself');
    if (!byPerson && this.gateStood) this.say('a gate was passed by itself');
    if (!byPerson && this.wasRefused) this.say('a refused merge was approved by itself');
    this.approval = { by: byPerson ? 'person' : 'configuration' };
  }

  private question(before: RunState, event: StoredEvent, after: RunState): void {
    if (event.kind === 'question_asked' && after.question?.jobId !== before.job?.id)
      this.say('a question is open of a job that is not out');
    if (event.kind === 'question_answered') {
      if (this.answered.has(event.questionId)) this.say(`${event.questionId} was answered twice`);
      this.answered.add(event.questionId);
    }
    if (event.kind === 'diagnosed') this.diagnoses.set(event.jobId, event.usage.costMicros ?? 0);
    if (before.question && after.question?.id === before.question.id && after.activeSince !== null && before.activeSince === null)
      this.say('the clock runs while a question is open');
  }

  private ended(before: RunState, event: Extract<StoredEvent, { kind: 'attempt_ended' }>): void {
    const { kind } = before.job ?? {};
    const isSpent = !['passed', 'over_budget', 'stopped', 'runner_fault', 'provider_fault', 'merge_refused', 'unhealable'].includes(
      event.result,
    );
    if (kind === 'heal' && isSpent) this.heals.set(event.chunkId, (this.heals.get(event.chunkId) ?? 0) + 1);
    if (event.result === 'merge_refused') {
      this.approval = null;
      this.wasRefused = true;
    }
    this.counted.set(event.jobId, this.world.trueOf.get(event.jobId) ?? 0);
    this.budget(before, event.chunkId, kind ?? 'do');
  }

  // Each job stops at the call that reaches its part; what was lost with its machine counts with what it had said.
  private budget(before: RunState, itemId: string, kind: string): void {
    const own = [...this.kinds].filter(([, of]) => of.itemId === itemId && (of.kind === 'heal') === (kind === 'heal'));
    const spent = own.reduce((sum, [jobId]) => sum + (this.counted.get(jobId) ?? 0), 0);
    const { maxPerBatch = 0, healingBudget = 0 } = before.phase?.config.budget ?? {};
    const limit = Math.round((kind === 'heal' ? healingBudget : maxPerBatch) * 1_000_000);
    const name = kind === 'heal' ? 'heal' : 'do';
    const highest = Math.max(limit, this.limits.get(name) ?? 0);
    this.limits.set(name, highest);
    if (spent > highest + CALL_MICROS) this.say(`${itemId} spent ${spent} of ${highest} micro-dollars (${name})`);
  }

  private laid(before: RunState, after: RunState): void {
    const ids = after.items.map(({ id }) => id);
    if (new Set(ids).size !== ids.length) this.say(`two items have one id: ${ids.join()}`);
    for (const item of before.items) {
      const now = findItem(after, item.id);
      if (isBegun(item) && JSON.stringify(now) !== JSON.stringify(item)) this.say(`${item.id} has begun and was planned anew`);
    }
    const keys = after.items.filter(isBatch).flatMap((item) => item.phase?.tasks.map(({ key }) => key) ?? []);
    if (new Set(keys).size !== keys.length) this.say(`a task stands in two batches: ${keys.join()}`);
  }

  private completed(event: Extract<StoredEvent, { kind: 'chunk_completed' }>, after: RunState): void {
    const item = findItem(after, event.chunkId);
    if (item?.phase?.stage !== 'merge') this.head = event.commit;
    if (item === undefined || !isBatch(item)) return;
    const tree = this.repository.tree(event.commit);
    const done = new Set(tree.tasks.filter((task) => task.done).map(({ key }) => key));
    const open = item.phase?.tasks.filter(({ key }) => !done.has(key)) ?? [];
    if (open.length > 0) this.say(`${item.id} is completed, and open are ${open.map(({ key }) => key).join()}`);
    if (this.repository.config.pauseBetweenBatches) this.owesPause = item.id;
  }

  private say(what: string): void {
    this.world.oracle.say(what);
  }
}

function mostHeals({ phase }: RunState): number {
  return phase?.config.autoHealEnabled ? phase.config.maxHealAttempts : 0;
}
