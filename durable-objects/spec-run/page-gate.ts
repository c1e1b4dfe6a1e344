/**
 * Lets nothing out to pages whose right to it was looked at longer ago than the limit: what comes then waits, in order, for one look.
 * While much is said, the look is taken at half the time, so that nobody waits.
 */
export class PageGate {
  private readonly look: () => Promise<void>;
  private readonly limitMs: number;
  private lookedAt: number | null = null;
  private looking = false;
  private again = false;
  private held: (() => void)[] = [];

  /** `look` ends the pages that may no longer see; it ends all of them when it cannot tell, and never throws. */
  constructor(look: () => Promise<void>, limitMs: number) {
    this.look = look;
    this.limitMs = limitMs;
  }

  /** Somebody was let in at `at`; `oldest` is the earliest of all who watch, as far as it is kept with their sockets. */
  joined(at: number, oldest: number): void {
    this.lookedAt = Math.min(this.lookedAt ?? oldest, at);
  }

  /** The first page of all: what was known of others before is nothing to it. */
  begin(at: number): void {
    this.lookedAt = at;
  }

  pass(deliver: () => void, now: number, oldest: () => number): void {
    this.lookedAt ??= oldest();
    const age = now - this.lookedAt;
    if (this.held.length > 0 || age > this.limitMs) this.held.push(deliver);
    else deliver();
    if (age > this.limitMs / 2 && !this.looking) void this.lookNow(now);
  }

  /** Looks at once. A look that was under way when a right was taken may have read the time before: another follows. */
  async lookNow(now: number): Promise<void> {
    if (this.looking) {
      this.again = true;
      return;
    }
    this.looking = true;
    do {
      this.again = false;
      await this.look();
    } while (this.again);
    this.lookedAt = now;
    this.looking = false;
    for (const deliver of this.held.splice(0)) deliver();
  }
}
