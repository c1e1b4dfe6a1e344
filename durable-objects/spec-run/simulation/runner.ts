import type { RunState } from '@specwright/protocol/run-state.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { CONFIGURATION } from '../testing/samples.ts';
import { Attempt } from './attempt.ts';
import { Link } from './link.ts';
import { lookAt } from './phase/repository.ts';
import type { DownFrame } from './server.ts';
import type { World } from './world.ts';

const LEASE_MS = 30_000;
const POLL_MS = 10_000;

/** One runner process after another on one machine: the journal outlives a process, everything else dies with it. */
export class Runner {
  // On disk.
  readonly journal = new Map<number, RunnerFact[]>();
  // In memory.
  lifeId = '';
  lease: { fence: number; grantedAt: number } | null = null;
  attempt: Attempt | null = null;
  link: Link | null = null;
  resetTo: string | null = null;
  private readonly known = new Set<string>();
  private life = 0;
  private frozenUntil = 0;
  /** When this life was frozen, and until when. */
  freezes: { from: number; to: number }[] = [];
  private lastPingAt = 0;
  /** When each question that is still open was asked on this socket. */
  private asked: number[] = [];
  private flushing = false;
  private readonly name: string;
  readonly world: World;

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
    this.start();
  }

  /** Does something in this life, later; a frozen process does it when it thaws, a dead one never. */
  later(ms: number, run: () => void): void {
    const { life } = this;
    this.world.time.after(ms, () => {
      if (life !== this.life) return;
      const wait = this.frozenUntil - this.world.time.now;
      if (wait > 0) this.later(wait, run);
      else run();
    });
  }

  kill(): void {
    this.world.note(`${this.lifeId} is killed`);
    const old = this.lifeId;
    const { time, random } = this.world;
    this.stopWork();
    this.life += 1;
    this.lease = null;
    this.resetTo = null;
    this.flushing = false;
    this.known.clear();
    this.link?.cut();
    this.link = null;
    this.frozenUntil = 0;
    this.freezes = [];
    time.after(random.between(500, 40_000), () => {
      this.start();
      this.announce(old);
    });
  }

  /** SIGSTOP: nothing is done, no ping is answered; then it goes on as if nothing had been. */
  freeze(ms: number): void {
    const { now } = this.world.time;
    this.world.note(`${this.lifeId} is frozen for ${ms}`);
    this.frozenUntil = Math.max(this.frozenUntil, now + ms);
    this.freezes.push({ from: now, to: this.frozenUntil });
  }

  /** By its own clock: the lease outlives the last ping that was answered. */
  isSureOfLease(): boolean {
    if (!this.world.machine.rules.sureOfLease) return true;
    if (this.lease === null) return false;
    // A socket that was opened again proves nothing before the object has answered.
    if (this.link !== null && this.link === this.answered) this.lastPingAt = Math.max(this.lastPingAt, this.link.lastPingAt());
    return this.world.time.now - this.lastPingAt < LEASE_MS - 1_000;
  }

  /** Asks whether the lease is still its own. What is answered held when it was asked, not when the answer is read. */
  confirmLease(fence: number): void {
    if (this.link === null) return;
    this.asked.push(this.world.time.now);
    this.link.up({ kind: 'confirm_lease', lifeId: this.lifeId, fence });
  }

  note(fence: number, fact: RunnerFact): void {
    let facts = this.journal.get(fence);
    if (facts === undefined) {
      facts = [];
      this.journal.set(fence, facts);
    }
    facts.push(fact);
    if (this.flushing) return;
    this.flushing = true;
    this.later(this.world.random.between(1, 20), () => {
      this.flushing = false;
      this.sendAbove(fence, this.sent.get(fence) ?? 0);
    });
  }

  hear(frame: unknown, link: Link): void {
    if (link !== this.link) return;
    this.later(0, () => {
      if (link === this.link) this.take(frame as DownFrame);
    });
  }

  closed(link: Link): void {
    this.later(0, () => {
      if (link !== this.link) return;
      this.isSureOfLease();
      this.link = null;
      if (this.lease !== null) this.later(this.world.random.between(50, 3_000), () => this.claim());
    });
  }

  private readonly sent = new Map<number, number>();

  private start(): void {
    this.life += 1;
    this.lifeId = `${this.name}-${this.life}`;
    this.sent.clear();
    this.pollLater();
  }

  private announce(old: string): void {
    const { time, random, faults, server } = this.world;
    if (random.chance(faults.announceLost)) return;
    time.after(random.between(1, 1_000), () => server.take({ kind: 'life_ended', lifeId: old }));
  }

  private pollLater(): void {
    this.later(this.world.random.between(POLL_MS / 2, POLL_MS), () => {
      if (this.lease === null && this.link === null && this.world.server.needKnown) this.claim();
      this.pollLater();
    });
  }

  private claim(): void {
    if (this.link !== null) return;
    if (!this.world.server.isUp) {
      this.later(1_000, () => this.claim());
      return;
    }
    this.asked = [];
    this.link = new Link(this.world, this.lifeId, this.world.server, this);
    const named = { runnerId: this.name, runnerName: this.name, lifeId: this.lifeId };
    this.link.up({ kind: 'claim', ...named, fence: this.lease?.fence ?? null, leaseId: `lse-${this.lifeId}-${this.world.time.now}` });
    const { link } = this;
    // No answer: it tries anew.
    this.later(20_000, () => {
      if (this.link !== link || this.answered === link) return;
      this.drop();
      if (this.lease !== null) this.claim();
    });
  }

  private answered: Link | null = null;

  private take(frame: DownFrame): void {
    if (frame.type === 'released') {
      this.forget();
      return;
    }
    if (frame.type === 'word') {
      this.obey(frame);
      return;
    }
    const { answer } = frame;
    if (answer.kind === 'granted') this.granted(answer.fence, frame.state);
    else if (answer.kind === 'gone') {
      this.world.server.needKnown = false;
      this.forget();
    } else if (answer.kind === 'not_yet') this.forget();
    else if (answer.kind === 'lease' && answer.held) this.lastPingAt = Math.max(this.lastPingAt, this.asked.shift() ?? 0);
  }

  private granted(fence: number, state: RunState): void {
    this.answered = this.link;
    this.world.server.needKnown = false;
    if (this.lease?.fence !== fence) {
      if (this.world.machine.rules.dropsOldJob) this.stopWork();
      this.lease = { fence, grantedAt: this.world.time.now };
      this.later(this.world.random.between(5, 500), () => this.reconcile(fence));
    }
    this.lastPingAt = Math.max(this.lastPingAt, this.link?.lastPingAt() ?? 0);
    for (const known of [...this.journal.keys()].sort((a, b) => a - b)) this.sendAbove(known, state.received[known] ?? 0);
  }

  private reconcile(fence: number): void {
    if (this.lease?.fence !== fence || this.journal.get(fence)?.some((fact) => fact.kind === 'reconciled')) return;
    const { branch, random, faults } = this.world;
    if (random.chance(faults.runnerFault)) {
      const code = random.chance(0.2) ? 'CONFIGURATION_INVALID' : 'DISK_FULL';
      this.note(fence, { kind: 'reconcile_failed', atMs: 0, code, message: code, file: null, line: null });
      return;
    }
    const promoted = branch.line().map(({ chunkId, attempt, id }) => ({ chunkId, attempt, commit: id, verdict: 'pass' }));
    const { phase } = this.world;
    const seen = phase === null ? {} : { phase: lookAt(phase.repository.tree(branch.head)) };
    const found = { ...seen, branch: 'b', head: branch.head, base: 'base', promoted, configuration: CONFIGURATION, warnings: [] };
    this.note(fence, { kind: 'reconciled', atMs: 0, ...found });
  }

  private obey({ word, state }: Extract<DownFrame, { type: 'word' }>): void {
    if (word.type === 'reset') this.resetTo = word.commit;
    else if (word.type === 'job') this.begin(state);
    else if (word.type === 'answer') {
      if (this.attempt?.jobId === word.jobId) this.attempt.hear(word.questionId);
    } else if (this.attempt?.jobId === word.jobId) this.attempt.bear(word.type);
  }

  private begin(state: RunState): void {
    const { job } = state;
    const reset = this.resetTo;
    this.resetTo = null;
    if (job === null || this.lease?.fence !== job.fence) return;
    if (this.known.has(job.id)) {
      if (this.world.machine.rules.knowsJobs) return;
      this.world.oracle.say(`${job.id} was begun twice in one life`);
    }
    this.known.add(job.id);
    this.stopWork();
    this.attempt = new Attempt(this, state, job, reset);
    this.attempt.begin();
  }

  private sendAbove(fence: number, confirmed: number): void {
    const facts = this.journal.get(fence) ?? [];
    if (this.link === null || this.answered !== this.link || facts.length <= confirmed) return;
    this.sent.set(fence, facts.length);
    this.link.up({
      kind: 'facts',
      lifeId: this.lifeId,
      fence,
      first: confirmed + 1,
      facts: facts.slice(confirmed),
      newIds: [this.world.newId()],
    });
  }

  private forget(): void {
    this.stopWork();
    this.lease = null;
    this.resetTo = null;
    this.drop();
  }

  private drop(): void {
    const { link } = this;
    this.link = null;
    link?.cut();
  }

  private stopWork(): void {
    this.attempt?.end();
    this.attempt = null;
  }
}
