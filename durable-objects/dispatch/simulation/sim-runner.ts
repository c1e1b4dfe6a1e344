import { isRefusal } from '@specwright/protocol/error-code.ts';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { ended, passing, reconciled } from '../../spec-run/testing/samples.ts';
import type { SimRun } from './sim-run.ts';

interface Session {
  fence: number;
  sent: number;
}

/** A machine: pulls, claims, acknowledges, works a step at a time, dies and comes back with another life. */
export class SimRunner {
  readonly id: string;
  readonly slots: number;
  lives = 1;
  endedLives: string[] = [];
  isAlive = true;
  isRevoked = false;
  diedAt = 0;
  /** Pulled, not yet claimed or not yet acknowledged. */
  pending: { leaseId: string; runId: string; settled: 'ack' | 'retry' | null }[] = [];
  readonly sessions = new Map<string, Session>();

  constructor(id: string, slots: number) {
    this.id = id;
    this.slots = slots;
  }

  get lifeId(): string {
    return `${this.id} life ${this.lives}`;
  }

  get free(): number {
    return this.slots - this.sessions.size - this.pending.length;
  }

  die(now: number): void {
    this.isAlive = false;
    this.diedAt = now;
    this.pending = [];
    this.sessions.clear();
    this.endedLives.push(this.lifeId);
  }

  beginAgain(): void {
    this.lives += 1;
    this.isAlive = true;
  }

  /** Asks the run; what it answers decides what becomes of the message. */
  claim(run: SimRun | undefined, message: SimRunner['pending'][number], now: number): void {
    message.settled = 'ack';
    if (!run || run.state === null || this.isRevoked) return;
    const { lifeId, id: runnerId } = this;
    const decision = run.take({
      kind: 'claim',
      runnerId,
      runnerName: runnerId,
      lifeId,
      fence: null,
      leaseId: `lse ${now} ${runnerId}`,
      now,
    });
    if (isRefusal(decision)) return;
    if (decision.answer?.kind === 'not_yet') message.settled = 'retry';
    if (decision.answer?.kind === 'granted' && !this.sessions.has(run.id))
      this.sessions.set(run.id, { fence: decision.answer.fence, sent: 0 });
  }

  /** One step of one run's work; false: there was nothing to do. */
  work(run: SimRun, now: number, wish: 'pass' | 'hand back'): boolean {
    const session = this.sessions.get(run.id);
    if (!session) return false;
    const facts = this.factsFor(run, session, wish);
    if (facts === 'over') return this.sessions.delete(run.id);
    if (facts.length === 0) return false;
    const first = session.sent + 1;
    session.sent += facts.length;
    run.take({ kind: 'facts', lifeId: this.lifeId, fence: session.fence, first, facts, newIds: [`fix ${now}`], now });
    return true;
  }

  private factsFor({ state }: SimRun, session: Session, wish: 'pass' | 'hand back'): RunnerFact[] | 'over' {
    const isOver = state === null || isAtRest(state) || state.lease?.fence !== session.fence || state.lease.state !== 'held';
    if (isOver) return 'over';
    const { lease, job, status } = state;
    if (!lease?.reconciled) return [reconciled(state.head ?? 'base', [], state.base ?? 'base')];
    if (job === null) return [];
    if (status === 'stopping' || wish === 'hand back') return [ended(job, 'stopped')];
    if (status === 'pausing' && !job.held) return [{ kind: 'job_held', atMs: 2, jobId: job.id, next: 'review' }];
    return status === 'running' ? passing(job) : [];
  }
}
