import { PHASE_STEPS, type Step } from '@specwright/protocol/job.ts';
import type { CurrentJob, RunState } from '@specwright/protocol/run-state.ts';
import type { FactOf, RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { diagnosisMicros } from '../phase/attempt.ts';
import { ended, usageOf, verdictOf } from '../testing/samples.ts';
import { CALL_MICROS } from './oracle.ts';
import { lookAt, type PhaseRepository } from './phase/repository.ts';
import { PhaseWork } from './phase/work.ts';
import type { Runner } from './runner.ts';

type Result = FactOf<'job_ended'>['result'];
const QUESTION = { header: '', question: 'Which?', options: [], multiple: false, custom: true };
const STEPS: Step[] = ['prepare', 'execute', 'verify', 'review', 'promote'];

/** One attempt as a runner carries it out: steps with borders, calls that cost, a commit at the end. */
export class Attempt {
  readonly jobId: string;
  private bearing: 'stop' | 'hold' | 'go_on' = 'go_on';
  private held = false;
  private isOver = false;
  private micros = 0;
  private at = 0;
  private unsure = 0;
  /** So long after the look at the lease that nothing is sure any more. */
  private hesitated = false;
  private readonly runner: Runner;
  private readonly job: CurrentJob;
  private readonly base: string;
  private readonly rootId: string;
  private readonly limit: number | null;
  private readonly reset: string | null;
  /** Micro-dollars: what a diagnosis may use, and what it used. */
  private readonly kept: number;
  private diagnosed = 0;
  /** The question that its agent waits with, and how often it has asked. */
  private awaiting: string | null = null;
  private asked = 0;
  /** Of a phase alone. */
  private readonly work: PhaseWork | null;
  private readonly steps: readonly Step[];

  constructor(runner: Runner, state: RunState, job: CurrentJob, reset: string | null) {
    this.runner = runner;
    this.job = job;
    this.jobId = job.id;
    this.base = state.head ?? 'base';
    this.rootId = state.items.find((item) => item.id === job.itemId)?.parentId ?? job.itemId;
    this.reset = reset;
    const { phase } = runner.world;
    this.work = phase === null ? null : new PhaseWork(runner.world, phase.repository, state, job);
    const item = state.items.find(({ id }) => id === job.itemId);
    // A diagnosis has a part of its own, and what it leaves of it is not the heal's.
    this.kept = item === undefined || job.kind !== 'heal' || this.work === null ? 0 : diagnosisMicros(state, item, job.reservedMicros);
    this.limit = state.settings.maxCostMicros === null ? null : job.reservedMicros - this.kept;
    this.steps = this.work === null ? STEPS : this.work.phase.stage === 'merge' ? ['merge'] : PHASE_STEPS;
  }

  begin(): void {
    const { world } = this.runner;
    if (this.reset !== null && this.runner.isSureOfLease()) {
      this.checkReset(this.reset);
      world.branch.head = this.reset;
    }
    this.step();
  }

  end(): void {
    this.isOver = true;
  }

  bear(word: 'stop' | 'hold' | 'go_on'): void {
    this.bearing = word;
    if (word === 'stop') this.runner.later(this.runner.world.random.between(1, 500), () => this.finish('stopped'));
    if (word === 'go_on' && this.held) {
      this.held = false;
      this.step();
    }
  }

  /** A person's answers to the question of this id. */
  hear(questionId: string): void {
    if (this.isOver || this.awaiting !== questionId) {
      if (!questionId.startsWith(`${this.jobId}-`)) this.runner.world.oracle.say(`${this.jobId} heard an answer to ${questionId}`);
      return;
    }
    this.awaiting = null;
    this.note({ kind: 'question_closed', atMs: 0, jobId: this.jobId, questionId, reason: 'answered' });
    this.execute();
  }

  // What was promoted in good right is never undone, unless a person left the chunk out.
  private checkReset(to: string): void {
    const { branch, oracle, server } = this.runner.world;
    const kept = new Set(branch.line(to).map((commit) => commit.id));
    for (const commit of branch.line()) {
      const skipped = server.state?.items.find((item) => item.id === commit.rootId)?.status === 'skipped';
      if (commit.binding && !kept.has(commit.id) && !skipped) oracle.say(`the promotion of ${commit.jobId} was undone`);
    }
  }

  private step(): void {
    const { world } = this.runner;
    const { random, faults } = world;
    const step = this.steps[this.at];
    if (this.isOver || step === undefined) return;
    if (this.bearing === 'hold') {
      this.held = true;
      this.note({ kind: 'job_held', atMs: 0, jobId: this.jobId, next: step });
      return;
    }
    if (random.chance(faults.killRunner)) {
      this.runner.later(random.between(0, 3_000), () => this.runner.kill());
    } else if (random.chance(faults.freezeRunner)) this.runner.freeze(random.between(1_000, 90_000));
    this.note({ kind: 'step_started', atMs: 0, jobId: this.jobId, step });
    if (step === 'execute') this.work?.begin();
    const ms = step === 'execute' ? random.between(200, 20_000) : random.between(10, 2_000);
    this.runner.later(ms, () => {
      if (!this.isOver) this.carryOut(step);
    });
  }

  private carryOut(step: Step): void {
    const { random, faults } = this.runner.world;
    if (random.chance(faults.runnerFault / 5)) {
      const code = random.pick(['SETUP_FAILED', 'INTERNAL', 'DISK_FULL'] as const);
      this.finish('runner_fault', { code, retryAfterMs: random.pick([null, 0, 5_000]) });
    } else if (step === 'execute') {
      if (this.diagnose() && !this.ask()) this.execute();
    } else if (step === 'verify' && this.hasChecks && random.chance(faults.badWork)) this.finish('checks_failed');
    else if (step === 'review') this.review();
    else if (step === 'confirm') this.confirm();
    else if (step === 'promote' && this.work?.isChanged === false) this.finish('passed', { commit: this.base });
    else if (step === 'promote' || step === 'merge') this.promote();
    else this.next();
  }

  private get hasChecks(): boolean {
    return this.work === null || this.work.phase.stage === 'implement' || this.work.phase.stage === 'verify';
  }

  /** False: it cannot be healed, and the attempt has ended with that. */
  private diagnose(): boolean {
    const { world } = this.runner;
    if (this.kept === 0 || world.random.chance(0.2)) return true;
    this.diagnosed = world.random.between(1, Math.min(CALL_MICROS, this.kept));
    world.trueMicros += this.diagnosed;
    const isHopeless = world.random.chance(0.1);
    const diagnosis = { cause: 'other' as const, healable: !isHopeless, confident: true, advice: 'Try.' };
    this.note({ kind: 'diagnosed', atMs: 0, jobId: this.jobId, diagnosis, message: 'Try.', usage: usageOf(this.diagnosed) });
    if (isHopeless) this.finish('unhealable');
    return !isHopeless;
  }

  /** True: the agent waits for a person. */
  private ask(): boolean {
    if (this.work === null || this.asked > 2 || !this.runner.world.random.chance(0.12)) return false;
    this.asked += 1;
    this.awaiting = `${this.jobId}-${this.asked}`;
    this.note({ kind: 'question_asked', atMs: 0, jobId: this.jobId, questionId: this.awaiting, questions: [QUESTION] });
    return true;
  }

  private execute(): void {
    const { random, faults, world } = { ...this.runner.world, world: this.runner.world };
    this.work?.execute();
    for (let calls = random.between(1, 6); calls > 0; calls--) {
      if (this.limit !== null && this.micros >= this.limit) {
        this.finish('over_budget');
        return;
      }
      const micros = random.between(1, CALL_MICROS);
      this.micros += micros;
      world.trueMicros += micros;
      world.trueOf.set(this.jobId, this.micros);
      if (random.chance(0.3))
        this.note({ kind: 'usage_reported', atMs: 0, jobId: this.jobId, usage: usageOf(this.micros + this.diagnosed) });
    }
    if (random.chance(faults.providerFault))
      this.finish('provider_fault', { code: 'PROVIDER_LIMIT', retryAfterMs: random.pick([null, 0, 1_000, 60_000]) });
    else if (this.work !== null) {
      if (random.chance(faults.badWork / 3)) this.finish('agent_failed');
      else this.next();
    } else if (random.chance(faults.badWork)) this.finish(random.pick(['unchanged', 'agent_failed'] as const));
    else this.next();
  }

  // A no of the repository is the attempt's end.
  private confirm(): void {
    if (this.work === null) return;
    const { rules } = this.runner.world.machine;
    const problem = rules.confirms ? this.work.problem() : null;
    this.note({ kind: 'review_ended', atMs: 0, jobId: this.jobId, verdict: verdictOf(problem === null ? 'pass' : 'fail') });
    if (problem === null) this.next();
    else this.finish('unconfirmed', { message: problem });
  }

  private review(): void {
    const { random, faults } = this.runner.world;
    const verdict = random.chance(faults.badWork) ? (random.chance(0.25) ? 'fail' : 'needs_fix') : 'pass';
    this.note({ kind: 'review_ended', atMs: 0, jobId: this.jobId, verdict: verdictOf(verdict, ['Better.']) });
    if (verdict === 'pass') this.next();
    else this.finish(verdict === 'fail' ? 'rejected' : 'needs_fix');
  }

  private promote(): void {
    const { random, faults, time } = this.runner.world;
    if (!this.runner.isSureOfLease()) {
      this.unsure += 1;
      if (this.unsure > 20) this.finish('runner_fault', { code: 'LEASE_UNSURE' });
      else {
        this.runner.confirmLease(this.job.fence);
        this.runner.later(2_000, () => (this.isOver ? undefined : this.promote()));
      }
      return;
    }
    const sureAt = time.now;
    // The worst moment to be frozen: after the look at the lease, before the branch moves.
    if (random.chance(faults.freezeInPromote)) this.runner.freeze(random.between(1_000, 90_000));
    const move = this.work?.phase.stage === 'merge' ? this.merge(this.work) : () => this.moveBranch();
    if (move === null) return;
    const takesMs = this.work === null ? 1 : random.between(1, 100);
    this.runner.later(takesMs, () => {
      if (this.isOver) return;
      this.mayStillMove(sureAt);
      move();
    });
  }

  /** The base branch as it is seen now; null: it can't be merged onto. */
  private merge({ repository }: PhaseWork): (() => void) | null {
    const { random, faults } = this.runner.world;
    if (repository.conflicts && !repository.holds(this.base)) {
      this.finish('merge_refused', { code: 'MERGE_CONFLICT' });
      return null;
    }
    if (random.chance(faults.runnerFault)) {
      this.finish('merge_refused', { code: 'CHECKOUT_IN_USE' });
      return null;
    }
    const seen = repository.main;
    // Others work on the base branch too, also just now.
    if (random.chance(0.1)) this.runner.world.time.after(random.between(0, 60), () => repository.moveOn(false));
    return () => this.land(repository, seen);
  }

  private land(repository: PhaseRepository, seen: string[]): void {
    const { random, faults, phase, machine } = this.runner.world;
    const stands = repository.holds(this.base);
    if (!stands && machine.rules.mergesBySwap && repository.main !== seen) {
      this.finish('merge_refused', { code: 'PUSH_REFUSED' });
      return;
    }
    if (!stands) phase?.oracle.lands(this.jobId, seen, this.hesitated);
    const commit = stands ? repository.stand() : repository.land(this.base, seen);
    // It is merged here, and the remote that the branch follows does not take it.
    if (random.chance(faults.runnerFault)) this.finish('merge_refused', { code: 'PUSH_REFUSED' });
    else {
      this.note({ kind: 'review_ended', atMs: 0, jobId: this.jobId, verdict: verdictOf('pass') });
      this.passOrDie(commit);
    }
  }

  private mayStillMove(sureAt: number): void {
    const { world } = this.runner;
    const { state } = world.server;
    this.hesitated = world.time.now - sureAt > 1_000 || world.faults.clockJumpMs > 0 || world.jumped;
    if (state !== null && state.fence > this.job.fence && !this.hesitated)
      world.oracle.say(`${this.jobId} moved the branch after its lease was lost`);
  }

  private moveBranch(): void {
    const { world } = this.runner;
    const { state, isUp } = world.server;
    const isCurrent = state?.job?.id === this.jobId;
    const commit = { id: `c${world.branch.commits.size + 1}`, parent: this.base, rootId: this.rootId, chunkId: this.job.itemId };
    const binding = isCurrent && (isUp || state !== null);
    world.note(`${this.jobId} promotes on ${this.base}, the branch stands at ${world.branch.head}`);
    const moved = world.branch.promote(
      { ...commit, attempt: this.job.attempt, jobId: this.jobId, binding },
      world.machine.rules.compareAndSwap,
    );
    if (!moved) {
      this.finish('runner_fault', { code: 'BRANCH_MOVED' });
      return;
    }
    if (this.work !== null) this.work.repository.keep(commit.id, this.work.tree);
    this.passOrDie(commit.id);
  }

  // Between the branch's update and the journal lies what adoption is for.
  private passOrDie(commit: string): void {
    const { world } = this.runner;
    const dies = world.random.chance(world.faults.killRunner);
    this.runner.later(world.random.between(1, 50), () => {
      if (dies) this.runner.kill();
      else if (!this.isOver) this.finish('passed', { commit });
    });
  }

  private next(): void {
    this.note({
      kind: 'step_ended',
      atMs: 0,
      jobId: this.jobId,
      step: this.steps[this.at] ?? 'promote',
      ok: true,
      durationMs: 1,
      message: null,
    });
    this.at += 1;
    this.step();
  }

  private finish(result: Result, more: Partial<FactOf<'job_ended'>> = {}): void {
    if (this.isOver) return;
    this.isOver = true;
    this.runner.world.reported.add(this.jobId);
    // What was confirmed is told when it stands on the branch.
    if (this.work !== null && this.work.phase.stage !== 'merge' && result === 'passed')
      this.note({ kind: 'phase_seen', atMs: 0, seen: lookAt(this.work.tree) });
    const kept = this.work === null ? {} : { snapshot: this.work.phase.stage === 'merge' ? null : this.work.snapshot() };
    this.note(ended(this.job, result, { usage: usageOf(this.micros + this.diagnosed), ...kept, ...more }));
    if (this.runner.attempt === this) this.runner.attempt = null;
  }

  private note(fact: RunnerFact): void {
    this.runner.note(this.job.fence, fact);
  }
}
