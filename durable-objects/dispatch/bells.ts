import type { DispatchState, Entry } from './dispatch-state.ts';
import { CHECK_TEXT, closeDoorbells, DOORBELL_TEXT, leavingBell, openDoorbell, ring, signsOfLife } from './doorbell.ts';
import { hasWork, runnersToRing } from './offer.ts';

/** The doorbells of an organisation's runners, and who of them is there. */
export class Bells {
  private readonly ctx: DurableObjectState;
  private readonly state: () => DispatchState;

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
    const rung = runnersToRing(this.state(), needs, { bells: [...this.heard().keys()], now });
    ring(this.ctx, (runnerId) => rung.has(runnerId));
  }

  close(runnerId: string): void {
    closeDoorbells(this.ctx, runnerId);
  }
}
