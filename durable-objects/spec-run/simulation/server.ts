import { isRefusal } from '@specwright/protocol/error-code.ts';
import { DEFAULT_RHYTHM, leaseLapsed, type Word, wantsMachine } from '@specwright/protocol/obligations.ts';
import type { RunCommand } from '@specwright/protocol/run-command.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { type Answer, DEFAULT_RULES, type Decision } from '../decision.ts';
import type { Link } from './link.ts';
import type { World } from './world.ts';

const SWEEP_MS = 60_000;

type Unclocked<C> = C extends unknown ? Omit<C, 'now'> : never;
export type Said = Unclocked<RunCommand>;
export type UpFrame = Extract<Said, { kind: 'claim' | 'facts' | 'confirm_lease' }>;
export type DownFrame =
  | { type: 'answer'; answer: Answer; state: RunState }
  | { type: 'word'; word: Word; state: RunState }
  | { type: 'released' };

/** The run's object as its shell is: decide, commit, then perform; anything in memory is gone with a crash. */
export class Server {
  // What a disk would keep.
  readonly log: StoredEvent[] = [];
  outbox: ('machine' | 'withdraw' | 'rested')[] = [];
  alarmAt: number | null = null;
  silent: { fence: number; at: number } | null = null;
  // What the dispatch knows.
  needKnown = false;
  slotHeld = true;
  // What memory holds.
  state: RunState | null = null;
  isUp = true;
  clockOffset = 0;
  private links: Link[] = [];
  private askedAt = Number.NEGATIVE_INFINITY;
  private draining = false;
  private life = 0;
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
    this.sweepLater();
  }

  get now(): number {
    return this.world.time.now + this.clockOffset;
  }

  hear(frame: unknown, link: Link): void {
    if (!this.isUp) return;
    const said = frame as UpFrame;
    if (said.kind === 'claim') link.hasClaimed = true;
    // As the object does ("Claim the run first."): an older silence is over only with a claim.
    if (!link.hasClaimed) return;
    link.heardAt = this.world.time.now;
    if (said.kind === 'claim' && this.state?.lease?.lifeId === said.lifeId) this.silent = null;
    if (said.kind === 'claim') this.links = [...this.links.filter((other) => other.lifeId !== link.lifeId), link];
    const answer = this.take(said, said.kind === 'claim');
    if (answer === null || this.state === null || !this.isUp) return;
    link.down({ type: 'answer', answer, state: this.state } satisfies DownFrame);
    if (said.kind === 'claim' && answer.kind === 'granted') this.say(this.world.machine.wordsOwed(this.state), this.state);
    if (answer.kind === 'gap') link.cut();
  }

  closed(link: Link): void {
    this.links = this.links.filter((other) => other !== link);
    if (this.isUp) this.arm();
  }

  /** Decides and commits; null when it was refused or the server died of it. `quietly`: the caller says what is owed. */
  take(said: Said, quietly = false): Answer | null {
    const { machine, random, faults, oracle } = this.world;
    if (!this.isUp) return null;
    const before = this.state;
    const decision = machine.decide(before, { ...said, now: this.now } as RunCommand, DEFAULT_RULES);
    oracle.mix(said.kind.length);
    this.note(said, decision);
    if (isRefusal(decision)) return null;
    if (!machine.rules.storeFirst) this.world.page.hear(decision.events);
    if (random.chance(faults.crashBefore)) return this.crash();
    if (decision.events.length > 0) this.commit(before, decision.events);
    if (random.chance(faults.crashAfter)) return this.crash();
    if (decision.events.length > 0) this.afterwards(before, decision.events, quietly);
    return decision.answer;
  }

  private note(said: Said, decision: Decision): void {
    if (this.world.trace === null) return;
    const told = isRefusal(decision)
      ? decision.code
      : `${decision.events.map((event) => event.kind).join(' ')} → ${JSON.stringify(decision.answer)}`;
    const { plan: _plan, facts, ...rest } = said as Said & { plan?: unknown; facts?: { kind: string }[] };
    this.world.note(`${JSON.stringify(rest)} ${facts?.map((fact) => fact.kind).join(' ') ?? ''}: ${told}`);
  }

  ensure(): void {
    if (!this.isUp || this.state === null) return;
    this.tick();
    this.drain();
    this.arm();
  }

  private commit(before: RunState | null, events: StoredEvent[]): void {
    const { machine, oracle } = this.world;
    let state = before;
    for (const event of events) {
      const next: RunState = machine.evolve(state, event);
      oracle.event(state, event, next);
      if (event.kind === 'attempt_lost') this.world.lostJobs += 1;
      state = next;
    }
    this.log.push(...events);
    if (state === null) return;
    const wanted = before !== null && wantsMachine(before);
    if (!wanted && wantsMachine(state)) this.outbox.push('machine');
    if (wanted && !wantsMachine(state) && !isAtRest(state) && state.lease?.state !== 'held') this.outbox.push('withdraw');
    if (isAtRest(state) && (before === null || !isAtRest(before)) && machine.rules.tellsRest) this.outbox.push('rested');
    this.state = state;
    oracle.decided(state);
  }

  private afterwards(before: RunState | null, events: StoredEvent[], quietly: boolean): void {
    const { machine, page } = this.world;
    if (this.state === null) return;
    const released = machine.leaseReleased(before, this.state);
    if (released !== null) for (const link of this.linksOf(released.lifeId)) link.down({ type: 'released' } satisfies DownFrame);
    const lapsed = leaseLapsed(before, this.state);
    if (lapsed !== null) for (const link of this.linksOf(lapsed.lifeId)) link.cut();
    if (!quietly) this.say(machine.newWords(before, this.state), this.state);
    if (machine.rules.storeFirst) page.hear(events);
    this.drain();
    this.arm();
  }

  private say(words: Word[], state: RunState): void {
    for (const link of this.linksOf(state.lease?.lifeId ?? ''))
      for (const word of words) link.down({ type: 'word', word, state } satisfies DownFrame);
  }

  private linksOf(lifeId: string): Link[] {
    return this.links.filter((link) => link.lifeId === lifeId);
  }

  private tick(): void {
    this.take({ kind: 'tick', lastHeardAt: this.lastHeardAt() });
    if (!this.isUp || this.state === null || !wantsMachine(this.state) || !this.world.machine.rules.asksAgain) return;
    if (this.now - this.askedAt < DEFAULT_RHYTHM.askAgainMs && this.now >= this.askedAt) return;
    this.askedAt = this.now;
    if (!this.outbox.includes('machine')) this.outbox.push('machine');
    this.drain();
  }

  private lastHeardAt(): number | null {
    const lease = this.state?.lease;
    if (lease?.state !== 'held') return null;
    const link = this.linksOf(lease.lifeId).at(-1);
    if (link !== undefined) {
      this.silent = null;
      return Math.max(link.lastPingAt(), link.heardAt) + this.clockOffset;
    }
    if (this.silent?.fence !== lease.fence) this.silent = { fence: lease.fence, at: this.now };
    return this.silent.at;
  }

  // Effects take their time and fail; each is forgotten only when it was confirmed.
  private drain(): void {
    const { time, random, faults } = this.world;
    if (this.draining || this.outbox.length === 0) return;
    this.draining = true;
    const { life } = this;
    time.after(random.between(1, 50), () => {
      if (life !== this.life) return;
      this.draining = false;
      const effect = this.outbox[0];
      if (effect === undefined || !this.isUp) return;
      if (!random.chance(faults.crashBefore)) {
        this.perform(effect);
        this.outbox.shift();
      }
      this.drain();
    });
  }

  private perform(effect: 'machine' | 'withdraw' | 'rested'): void {
    const { time, random, faults } = this.world;
    if (effect === 'withdraw') this.needKnown = false;
    // The dispatch asks the run before it takes a slot back.
    if (effect === 'rested') this.slotHeld = this.state !== null && !isAtRest(this.state);
    if (effect !== 'machine' || random.chance(faults.queueLost)) return;
    for (let copies = random.chance(faults.doubleFrame) ? 2 : 1; copies > 0; copies--)
      time.after(random.between(1, faults.delayMs), () => {
        this.needKnown = true;
      });
  }

  private arm(): void {
    if (this.state === null) return;
    const { alarmAt } = this.world.machine.obligations(this.state, this.now, this.lastHeardAt(), DEFAULT_RHYTHM);
    if (alarmAt === null) {
      if (isAtRest(this.state)) this.alarmAt = null;
      return;
    }
    if (this.alarmAt !== null && this.alarmAt <= alarmAt) return;
    this.alarmAt = alarmAt;
    this.ringAt(alarmAt);
  }

  private ringAt(at: number): void {
    const { time, random, faults } = this.world;
    time.after(at - this.now, () => {
      if (this.alarmAt !== at) return;
      this.alarmAt = null;
      if (!this.isUp) {
        this.alarmAt = at;
        return;
      }
      if (random.chance(faults.alarmLost)) return;
      if (random.chance(faults.alarmTwice)) this.ensure();
      this.ensure();
    });
  }

  private sweepLater(): void {
    this.world.time.after(SWEEP_MS, () => {
      if (this.state !== null && !isAtRest(this.state)) this.ensure();
      this.sweepLater();
    });
  }

  private crash(): null {
    const { time, random } = this.world;
    this.world.note('the server dies');
    this.isUp = false;
    this.life += 1;
    this.draining = false;
    for (const link of this.links) link.cut();
    this.links = [];
    this.world.page.cut();
    time.after(random.between(100, 20_000), () => this.boot());
    return null;
  }

  private boot(): void {
    const { machine, oracle, random, faults } = this.world;
    const known = this.state;
    this.state = null;
    for (const event of this.log) this.state = machine.evolve(this.state, event);
    if (JSON.stringify(this.state) !== JSON.stringify(known)) oracle.say('the log folds to another state');
    this.isUp = true;
    this.askedAt = Number.NEGATIVE_INFINITY;
    if (faults.clockJumpMs > 0 && random.chance(0.5)) this.clockOffset += random.between(-faults.clockJumpMs, faults.clockJumpMs);
    if (!machine.rules.asksAgain) this.outbox = this.outbox.filter((effect) => effect !== 'machine');
    // An alarm that came due while it was down rings now.
    if (this.alarmAt !== null) {
      const at = this.alarmAt;
      this.alarmAt = at;
      this.ringAt(at);
    }
    this.drain();
  }
}
