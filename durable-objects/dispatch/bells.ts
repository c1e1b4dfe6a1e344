import type { DispatchState, Entry } from './dispatch-state.ts';
import { CHECK_TEXT, closeDoorbells, DOORBELL_TEXT, heardAt, leavingBell, openDoorbell, ring, signsOfLife } from './doorbell.ts';
import { hasWork, runnersToRing } from './offer.ts';

/** One that was not heard for so long may be dead without a word: it is rung, and others beside it. Runners ping each 8 s, older ones each 15. */
const SILENT_MS = 20_000;
/** What nobody has taken by then is rung for again, at everybody who could: the first ones may all have been deaf. */
const AGAIN_MS = 8_000;

/** The doorbells of an organisation's runners, and who of them is there. */
export class Bells {
  private readonly ctx: DurableObjectState;
  private readonly state: () => DispatchState;
  private againAt = 0;

  constructor(ctx: DurableObjectState, state: () => DispatchState) {
    this.ctx = ctx;
    this.state = state;
  }

  /** When each runner with an open bell was last heard. */
  heard(): Map<string, number> {
    return signsOfLife(this.ctx);
  }

  /** Rings at once when there is something to be had. */
  join(headers: Headers): Response {
    const runnerId = headers.get('x-specwright-runner-id');
    if (!runnerId) return new Response(null, { status: 426 });
    const { response, socket } = openDoorbell(this.ctx, runnerId, Date.now());
    if (hasWork(this.state(), runnerId, Date.now())) socket.send(DOORBELL_TEXT);
    return response;
  }

  /** The runner whose last bell this socket was; null: it has another, or it was no bell. */
  left(socket: WebSocket): string | null {
    const bell = leavingBell(this.ctx, socket);
    return bell?.isLast ? bell.runnerId : null;
  }

  /** `pull`, or that a person says: look again at what was wrong. */
  ring(runnerId: string, word: 'pull' | 'check'): void {
    ring(this.ctx, (other) => other === runnerId, word === 'check' ? CHECK_TEXT : DOORBELL_TEXT);
  }

  /** Says something to the runner itself; to each of its bells, should it have two. */
  say(runnerId: string, text: string): void {
    ring(this.ctx, (other) => other === runnerId, text);
  }

  ringFor(needs: Entry[], now: number): void {
    if (needs.length === 0) return;
    const { awake, silent } = this.whom(needs, now);
    ring(this.ctx, (runnerId) => awake.has(runnerId) || silent.has(runnerId));
    if (awake.size + silent.size > 0) this.againAt = now + AGAIN_MS;
  }

  /** The one runner whose bell would ring for these needs, if it was heard a moment ago; null: there are several, or none. */
  onlyOneFor(needs: Entry[], now: number): string | null {
    if (needs.length === 0) return null;
    const { awake, silent } = this.whom(needs, now);
    return awake.size === 1 && silent.size === 0 ? ([...awake][0] ?? null) : null;
  }

  private whom(needs: Entry[], now: number): { awake: Set<string>; silent: Set<string> } {
    const heard = [...this.heard()];
    const isSilent = (at: number) => now - at > SILENT_MS;
    const rungOf = (bells: typeof heard) => runnersToRing(this.state(), needs, { bells: bells.map(([runnerId]) => runnerId), now });
    return { awake: rungOf(heard.filter(([, at]) => !isSilent(at))), silent: rungOf(heard.filter(([, at]) => isSilent(at))) };
  }

  /** When to ring again for what was rung for and nobody has taken; null: there is no such thing. */
  nextRing(now: number): number | null {
    const isOpen = Object.values(this.state().entries).some((entry) => entry.visibleAt <= now);
    return isOpen && this.againAt > now ? this.againAt : null;
  }

  /** Its bell answered a moment ago: that it is there needs not be written down. */
  hears(runnerId: string, now: number): boolean {
    return now - heardAt(this.ctx, runnerId) < SILENT_MS;
  }

  close(runnerId: string): void {
    closeDoorbells(this.ctx, runnerId);
  }
}
