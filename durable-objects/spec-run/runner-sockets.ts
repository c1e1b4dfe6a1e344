import type { RunState } from '@specwright/protocol/run-state.ts';
import type { RunnerDown } from '@specwright/protocol/runner-down.ts';

export const RUNNER_TAG = 'runner';

/** What is known of a runner's socket; kept through hibernation. `lifeId` is null until it has claimed. */
export interface RunnerCard {
  runnerId: string;
  runnerName: string;
  lifeId: string | null;
  /** Unix milliseconds of its claim, the first sign of life. */
  heardAt: number;
}

/** The sockets of runners to this run: the one that holds the lease, and those that ask or have lost it. */
export class RunnerSockets {
  private readonly ctx: DurableObjectState;
  /** Reading an attachment is a structured clone: each is read once. */
  private readonly cards = new WeakMap<WebSocket, RunnerCard>();
  /** Who sent the last frame since the object woke, and when; pings leave their own mark. */
  private lastFrame = { lifeId: '', at: 0 };

  constructor(ctx: DurableObjectState) {
    this.ctx = ctx;
  }

  accept(socket: WebSocket, card: RunnerCard): void {
    this.ctx.acceptWebSocket(socket, [RUNNER_TAG]);
    this.setCard(socket, card);
  }

  card(socket: WebSocket): RunnerCard {
    const known = this.cards.get(socket) ?? (socket.deserializeAttachment() as RunnerCard);
    this.cards.set(socket, known);
    return known;
  }

  /** The socket now speaks for a life; older sockets of the same life are closed. */
  claim(socket: WebSocket, lifeId: string, now: number): void {
    for (const older of this.of(lifeId)) if (older !== socket) older.close(1000, 'opened again');
    this.setCard(socket, { ...this.card(socket), lifeId, heardAt: now });
    this.heard(lifeId, now);
  }

  heard(lifeId: string, now: number): void {
    this.lastFrame = { lifeId, at: now };
  }

  /** The last sign of life of the life that holds the lease; null: it has no open socket. */
  lastHeardAt(state: RunState): number | null {
    const lifeId = state.lease?.lifeId ?? '';
    const socket = this.of(lifeId).at(-1);
    if (socket === undefined) return null;
    const ping = this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    const frame = this.lastFrame.lifeId === lifeId ? this.lastFrame.at : 0;
    return Math.max(ping, this.card(socket).heardAt, frame);
  }

  tell(lifeId: string, frame: RunnerDown): void {
    for (const socket of this.of(lifeId)) say(socket, frame);
  }

  closeLife(lifeId: string, reason: string): void {
    for (const socket of this.of(lifeId)) socket.close(4002, reason);
  }

  closeRunner(runnerId: string, reason: string): void {
    for (const socket of this.ctx.getWebSockets(RUNNER_TAG)) if (this.card(socket).runnerId === runnerId) socket.close(4003, reason);
  }

  closeAll(reason: string): void {
    for (const socket of this.ctx.getWebSockets(RUNNER_TAG)) socket.close(1000, reason);
  }

  private setCard(socket: WebSocket, card: RunnerCard): void {
    socket.serializeAttachment(card);
    this.cards.set(socket, card);
  }

  private of(lifeId: string): WebSocket[] {
    const open = this.ctx.getWebSockets(RUNNER_TAG).filter((socket) => socket.readyState === WebSocket.OPEN);
    return open.filter((socket) => this.card(socket).lifeId === lifeId);
  }
}

export function say(socket: WebSocket, frame: RunnerDown): void {
  try {
    socket.send(JSON.stringify(frame));
  } catch {
    // It closed in the meantime: its life claims again and is told all that is owed.
  }
}
