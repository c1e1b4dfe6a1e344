import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import type { World } from './world.ts';

/** Somebody's page: it keeps what it is sent, and opens again with the last number it saw. */
export class Page {
  readonly seen: StoredEvent[] = [];
  private isOpen = true;
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** Between a cut and the next opening it can't know what happened. */
  get isConnected(): boolean {
    return this.isOpen;
  }

  hear(events: StoredEvent[]): void {
    if (!this.isOpen) return;
    for (const event of events) {
      const last = this.seen.at(-1)?.seq ?? 0;
      if (event.seq === last + 1) this.seen.push(event);
      else if (event.seq > last + 1) this.cut();
    }
  }

  cut(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.openLater();
  }

  /** What it shows must be what was stored, to the last event. */
  check(): void {
    const { log } = this.world.server;
    if (this.seen.length !== log.length) this.world.oracle.say(`a page has ${this.seen.length} events, ${log.length} are stored`);
    for (let at = 0; at < log.length; at++)
      if (this.seen[at] !== log[at]) {
        this.world.oracle.say(`a page saw another event ${at + 1} than was stored`);
        return;
      }
  }

  private openLater(): void {
    this.world.time.after(this.world.random.between(100, 3_000), () => {
      if (!this.world.server.isUp) {
        this.openLater();
        return;
      }
      this.isOpen = true;
      const last = this.seen.at(-1)?.seq ?? 0;
      this.hear(this.world.server.log.slice(last));
    });
  }
}
