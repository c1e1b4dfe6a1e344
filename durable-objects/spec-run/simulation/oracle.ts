import { findItem, rootOf } from '@specwright/protocol/evolve/items.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { maxIterations, violations } from '@specwright/protocol/run-invariants.ts';
import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import type { World } from './world.ts';

/** What one model call may cost at most, in micro-dollars. */
export const CALL_MICROS = 1_000;

/** Watches one history from outside and notes what must never happen. */
export class Oracle {
  readonly found: string[] = [];
  hash = 2166136261;
  decisions = 0;
  private readonly world: World;
  private readonly completedOnce = new Set<string>();
  private readonly spent = new Map<string, number>();
  private highestLimit = 0;

  constructor(world: World) {
    this.world = world;
  }

  say(what: string): void {
    if (this.found.length < 5) this.found.push(`${Math.round(this.world.time.now)} ms: ${what}`);
  }

  /** After every decision. */
  decided(state: RunState): void {
    this.decisions += 1;
    for (const broken of violations(state)) this.say(broken);
    this.money(state);
  }

  /** For every event, with the state before and after it. */
  event(before: RunState | null, event: StoredEvent, after: RunState): void {
    this.mix(event.kind.length * 31 + event.seq);
    this.mix(event.at);
    if (event.seq !== (before?.seq ?? 0) + 1) this.say(`event ${event.seq} follows ${before?.seq ?? 0}`);
    if (before === null) return;
    if (before.status === 'stopping' && after.status !== 'stopping' && after.status !== 'cancelled')
      this.say(`a stopped run became ${after.status}`);
    this.lease(before, event);
    this.chunks(before, event);
    this.world.phase?.oracle.event(before, event, after);
    if (event.kind === 'facts_received' && event.last <= (before.received[event.fence] ?? 0)) this.say('facts were taken twice');
  }

  /** When nothing more is to happen. */
  atEnd(state: RunState): void {
    const { branch, server } = this.world;
    const named = state.status === 'paused' || (state.status === 'waiting' && state.wait?.waitFor === 'person');
    const asks = state.question !== undefined && state.question !== null;
    if (!isAtRest(state) && !named && !asks)
      this.say(`it never came to rest: ${state.status}, job ${state.job?.id ?? 'none'}, lease ${state.lease?.state ?? 'none'}`);
    // Nothing has gone wrong for long, and a person has helped: only money is left to ask for.
    const lastWords = ['MERGE_READY', 'USER_GATE', 'MERGE_CONFLICT', 'CHECKOUT_IN_USE', 'PUSH_REFUSED'];
    const isLastWord = this.world.phase !== null && lastWords.includes(state.wait?.reason.code ?? '');
    if (state.status === 'waiting' && state.wait?.reason.code !== 'BUDGET' && !isLastWord)
      this.say(`it still waits: ${state.wait?.reason.code}`);
    if (isAtRest(state) && server.slotHeld) this.say(`it is ${state.status} and its slot was never freed`);
    if (!isAtRest(state) && !server.slotHeld) this.say('it lives without a slot');
    if (isAtRest(state) && server.alarmAt !== null) this.say(`it is ${state.status} and an alarm is set`);
    const { phase } = this.world;
    phase?.oracle.atEnd(state);
    const isMerged = state.items.some((item) => item.phase?.stage === 'merge' && item.status === 'completed');
    const line = branch.line(isMerged ? branch.head : (state.head ?? 'base'));
    if (state.head !== null && !isMerged && !branch.has(state.head)) this.say(`the last good commit ${state.head} is not on the branch`);
    this.effects(
      state,
      line.map((commit) => commit.rootId),
      line.map((commit) => commit.id),
    );
  }

  mix(value: number): void {
    this.hash = Math.imul(this.hash ^ (value & 0xffffffff), 16777619);
  }

  private effects(state: RunState, roots: string[], commits: string[]): void {
    if (new Set(roots).size !== roots.length) this.say(`a chunk stands twice on the branch: ${roots.join(' ')}`);
    for (const item of state.items) {
      if (item.kind !== 'chunk' || item.status !== 'completed' || item.attempts.length === 0) continue;
      if (item.phase?.stage === 'merge' || item.commit === 'base') continue;
      if (!commits.includes(item.commit ?? '')) this.say(`${item.id} is completed, its commit ${item.commit} is not on the branch`);
      for (const id of item.dependsOn)
        if (roots.includes(id) && roots.indexOf(id) > roots.indexOf(item.id)) this.say(`${item.id} stands before ${id}`);
    }
  }

  private lease(before: RunState, event: StoredEvent): void {
    if (event.kind === 'lease_granted') {
      if (before.lease?.state === 'held') this.say('a lease was granted while one was held');
      if (!event.revived && event.fence <= before.fence) this.say(`fence ${event.fence} does not grow from ${before.fence}`);
    }
    if (event.kind === 'job_ordered') {
      if (before.status !== 'running') this.say(`a job was ordered while the run was ${before.status}`);
      if (before.job !== null) this.say('a job was ordered while one was out');
      if (before.lease?.state !== 'held' || !before.lease.reconciled) this.say('a job was ordered without a reconciled lease');
    }
    if (event.kind === 'attempt_ended') {
      if (before.job?.id !== event.jobId) this.say(`a result of ${event.jobId} counted, ${before.job?.id ?? 'nothing'} was out`);
      if (!this.world.reported.has(event.jobId)) this.say(`a result of ${event.jobId} counted that its runner never gave`);
      if (event.spent && event.result.endsWith('_fault')) this.say('a fault spent an attempt');
    }
  }

  private chunks(before: RunState, event: StoredEvent): void {
    if (event.kind === 'chunk_completed') {
      if (this.completedOnce.has(event.chunkId)) this.say(`${event.chunkId} was completed twice`);
      this.completedOnce.add(event.chunkId);
      const isMade = this.world.branch.commits.has(event.commit) || this.world.phase?.repository.knows(event.commit);
      if (!isMade) this.say(`${event.chunkId} was completed with a commit that nobody made`);
    }
    if (event.kind === 'chunk_reset') this.spent.delete(event.chunkId);
    if (event.kind === 'run_reopened') for (const item of before.items) if (item.status === 'failed') this.spent.delete(item.id);
    if (event.kind !== 'attempt_ended' || event.result.endsWith('_fault') || event.result === 'stopped') return;
    // In a phase these wait for a person, and are no attempt.
    if (before.phase !== undefined && ['over_budget', 'merge_refused', 'unhealable'].includes(event.result)) return;
    const item = findItem(before, event.chunkId);
    const root = item === undefined ? event.chunkId : rootOf(before, item).id;
    const spent = (this.spent.get(root) ?? 0) + 1;
    this.spent.set(root, spent);
    if (spent > maxIterations(before)) this.say(`${root} used ${spent} of ${maxIterations(before)} attempts`);
  }

  // Zombies included: what was truly spent stays below the highest limit ever set, but for one call of each job whose lease was lost.
  private money(state: RunState): void {
    const limit = state.settings.maxCostMicros;
    this.highestLimit = limit === null ? Number.POSITIVE_INFINITY : Math.max(this.highestLimit, limit);
    const allowed = this.highestLimit + CALL_MICROS * (1 + this.world.lostJobs);
    if (this.world.trueMicros > allowed) this.say(`${this.world.trueMicros} micro-dollars were spent, ${this.highestLimit} was the limit`);
  }
}
