import type { World } from './world.ts';

const PING_MS = 10_000;

type End = { hear(frame: unknown, link: Link): void; closed(link: Link): void };

/** A WebSocket between a runner's life and the run's object. Down it keeps its order; up, frames may double or overtake. */
export class Link {
  readonly lifeId: string;
  /** When the connection was cut; each side learns of it later. */
  cutAt: number | null = null;
  /** When the server last took a frame from it. */
  heardAt = 0;
  /** The server has heard a claim on it. */
  hasClaimed = false;
  private readonly world: World;
  private readonly server: End;
  private readonly runner: End & { freezes: { from: number; to: number }[] };
  private readonly openedAt: number;
  private lastDownAt = 0;
  private lastUpAt = 0;

  constructor(world: World, lifeId: string, server: End, runner: End & { freezes: { from: number; to: number }[] }) {
    this.world = world;
    this.lifeId = lifeId;
    this.server = server;
    this.runner = runner;
    this.openedAt = world.time.now;
  }

  /** The last ping that came through: when the server last heard, and from when the runner counts its lease. */
  lastPingAt(): number {
    let ping = this.pingBefore(Math.min(this.cutAt ?? Number.POSITIVE_INFINITY, this.world.time.now));
    // A frozen process sends none; the next goes out when its time comes again.
    for (const { from, to } of this.runner.freezes.toReversed()) if (ping >= from && ping < to) ping = this.pingBefore(from);
    return ping;
  }

  up(frame: unknown): void {
    const { random, faults } = this.world;
    if (this.cutAt !== null) return;
    if (random.chance(faults.dropFrame)) this.cut();
    else this.carryUp(frame);
    if (random.chance(faults.doubleFrame)) this.carryUp(frame);
  }

  down(frame: unknown): void {
    const { random, faults, time } = this.world;
    if (this.cutAt !== null) return;
    // A lost frame is a broken connection: TCP gives the one only with the other.
    if (random.chance(faults.dropFrame)) {
      this.cut();
      return;
    }
    this.lastDownAt = Math.max(this.lastDownAt, time.now + this.delay());
    time.after(this.lastDownAt - time.now, () => {
      if (this.cutAt === null) this.runner.hear(frame, this);
    });
  }

  /** The connection is gone; both sides notice in their own time. */
  cut(): void {
    const { random, time } = this.world;
    if (this.cutAt !== null) return;
    this.cutAt = time.now;
    time.after(random.between(0, 2_000), () => this.server.closed(this));
    time.after(random.between(0, 15_000), () => this.runner.closed(this));
  }

  private pingBefore(at: number): number {
    return this.openedAt + Math.max(0, Math.floor((at - this.openedAt) / PING_MS)) * PING_MS;
  }

  private carryUp(frame: unknown): void {
    const { random, faults, time } = this.world;
    const overtakes = random.chance(faults.shuffleFrame);
    const at = overtakes ? time.now + this.delay() : Math.max(this.lastUpAt, time.now + this.delay());
    if (!overtakes) this.lastUpAt = at;
    time.after(at - time.now, () => {
      if (this.cutAt === null) this.server.hear(frame, this);
    });
  }

  private delay(): number {
    return this.world.random.between(1, Math.max(1, this.world.faults.delayMs));
  }
}
