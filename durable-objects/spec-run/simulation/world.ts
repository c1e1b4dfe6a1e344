import type { PlanItem } from '@specwright/protocol/run-plan.ts';
import { creating, planned } from '../testing/samples.ts';
import { Branch } from './branch.ts';
import { drawFaults, endFaults, type Faults } from './faults.ts';
import { type Machine, REAL } from './machine.ts';
import { Oracle } from './oracle.ts';
import { Page } from './page.ts';
import { lendAHand, makeWish } from './people.ts';
import { PhaseOracle } from './phase/oracle.ts';
import { PhaseRepository, settingsOf } from './phase/repository.ts';
import { Random } from './random.ts';
import { Runner } from './runner.ts';
import { Server } from './server.ts';
import { Timeline } from './timeline.ts';

/** What is carried out: a spec's chunks, or a phase of a repository. */
export type PlanKind = 'chunks' | 'phase';

const FAULTS_MS = 240_000;
/** A phase may ask for more money at each batch, then for the merge. */
const HANDS_OF_PHASE = 8;
const SETTLE_MS = 900_000;

/** One history: a run's object, its runners, a branch, a network, people, and what goes wrong among them. */
export class World {
  readonly random: Random;
  readonly faults: Faults;
  readonly machine: Machine;
  readonly time = new Timeline();
  readonly branch = new Branch();
  readonly oracle: Oracle;
  readonly page: Page;
  readonly server: Server;
  /** Jobs whose runner has said how they ended. */
  readonly reported = new Set<string>();
  trueMicros = 0;
  /** What each job has truly spent. */
  readonly trueOf = new Map<string, number>();
  /** Of a history with a phase's plan. */
  readonly phase: { repository: PhaseRepository; oracle: PhaseOracle } | null;
  lostJobs = 0;
  /** The server's clock has jumped at least once. */
  jumped = false;
  /** What happened, a line each, when somebody wants to read it. */
  readonly trace: string[] | null;
  private ids = 0;

  constructor(seed: number, machine: Machine, trace: string[] | null = null, plan: PlanKind = 'chunks') {
    this.trace = trace;
    this.random = new Random(seed);
    this.machine = machine;
    this.faults = drawFaults(this.random);
    const repository = plan === 'phase' ? new PhaseRepository(this.random) : null;
    this.phase = repository && { repository, oracle: new PhaseOracle(this, repository) };
    this.oracle = new Oracle(this);
    this.page = new Page(this);
    this.server = new Server(this);
    this.jumped = this.faults.clockJumpMs > 0;
  }

  newId(): string {
    this.ids += 1;
    return `fix${this.ids}`;
  }

  play(): void {
    const { random, faults, time, server } = this;
    for (let runners = random.between(1, 3); runners > 0; runners--) new Runner(this, `r${runners}`);
    const create = this.phase === null ? creating(drawPlan(random), drawSettings(random)) : creatingPhase(this.phase.repository);
    this.insist(() => {
      server.take(create);
      return server.state !== null;
    });
    if (faults.wishEveryMs > 0) this.wishLater(faults.wishEveryMs);
    time.runUntil(FAULTS_MS);
    endFaults(faults);
    this.settle();
    for (let hands = this.phase === null ? 2 : HANDS_OF_PHASE; hands > 0 && server.state?.status !== 'completed'; hands--) {
      lendAHand(this);
      this.settle();
    }
    if (server.state !== null) this.oracle.atEnd(server.state);
    else this.oracle.say('it was never created');
    this.page.check();
  }

  note(line: string): void {
    this.trace?.push(`${Math.round(this.time.now)} ${line}`);
  }

  /** Repeats until it is done: the dispatch repairs a creation that a crash has cut short. */
  private insist(attempt: () => boolean): void {
    if (attempt()) return;
    this.time.after(1_000, () => this.insist(attempt));
  }

  private wishLater(everyMs: number): void {
    this.time.after(this.random.between(0, 2 * everyMs), () => {
      if (this.faults.wishEveryMs === 0) return;
      makeWish(this);
      this.wishLater(everyMs);
    });
  }

  private settle(): void {
    const end = this.time.now + SETTLE_MS;
    while (this.time.now < end && !this.isStill()) this.time.runUntil(Math.min(end, this.time.now + 30_000));
  }

  // At rest, or waiting for a person, with nothing left to deliver and the page back where it can hear.
  private isStill(): boolean {
    const { state, outbox, isUp, alarmAt } = this.server;
    if (state === null || !isUp || outbox.length > 0 || !this.page.isConnected) return false;
    if (state.question && state.status === 'running' && state.lease?.state === 'held') return true;
    if (state.status === 'paused' || state.status === 'waiting') return state.job === null && state.wait?.waitFor !== 'time';
    // A crash between a run's end and the alarm's leaves one that rings once more, for nothing.
    return state.lease === null && state.endedAt !== null && alarmAt === null;
  }
}

export interface History {
  seed: number;
  found: string[];
  /** The same for the same seed, to the last event. */
  hash: number;
  decisions: number;
  events: number;
  virtualMs: number;
  status: string;
  kinds: string[];
}

/** Plays the history of one seed. */
export function playSeed(seed: number, machine: Machine = REAL, trace: string[] | null = null, plan: PlanKind = 'chunks'): History {
  const world = new World(seed, machine, trace, plan);
  try {
    world.play();
  } catch (error) {
    world.oracle.say(`thrown: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { oracle, server, time } = world;
  const { found, hash, decisions } = oracle;
  const kinds = [...new Set(server.log.map((event) => event.kind))];
  return {
    kinds,
    seed,
    found,
    hash: hash >>> 0,
    decisions,
    events: server.log.length,
    virtualMs: time.now,
    status: server.state?.status ?? 'none',
  };
}

function drawSettings(random: Random) {
  return {
    maxIterations: random.pick([null, 2, 3, 5]),
    maxHeals: random.pick([0, 0, 1]),
    maxCostMicros: random.chance(0.4) ? random.between(4_000, 30_000) : null,
    reserveCostMicros: random.pick([3_000, 5_000]),
  };
}

function creatingPhase({ config }: PhaseRepository) {
  return { ...creating([], settingsOf(config)), plan: { kind: 'phase' as const, specPiece: 'p', items: [], config } };
}

function drawPlan(random: Random): PlanItem[] {
  const ids = ['a', 'b', 'c', 'd', 'e'].slice(0, random.between(1, 5));
  const items = ids.map((id, at) =>
    planned(
      id,
      ids.slice(0, at).filter(() => random.chance(0.4)),
    ),
  );
  // The plan's order is not always the order of the dependencies.
  return random.chance(0.3) ? items.reverse() : items;
}
