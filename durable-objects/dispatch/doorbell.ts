/** The word a doorbell says: pull now. It carries nothing, so losing it loses nothing: polling is the truth. */
export const DOORBELL_TEXT = 'pull';
/** Look again at what was found wrong, and report. */
export const CHECK_TEXT = 'check';
const BELL = 'bell';
/** The close code that says: you are no longer let in. */
const REVOKED = 4001;

interface Attachment {
  runnerId: string;
  openedAt: number;
}

/** Accepts a hibernating socket, tagged with its runner. */
export function openDoorbell(ctx: DurableObjectState, runnerId: string, now: number): { response: Response; socket: WebSocket } {
  const { 0: client, 1: socket } = new WebSocketPair();
  ctx.acceptWebSocket(socket, [BELL, `bell:${runnerId}`]);
  socket.serializeAttachment({ runnerId, openedAt: now } satisfies Attachment);
  return { response: new Response(null, { status: 101, webSocket: client }), socket };
}

/** Rings at the runners that `concerns` names. */
export function ring(ctx: DurableObjectState, concerns: (runnerId: string) => boolean, text = DOORBELL_TEXT): void {
  for (const socket of ctx.getWebSockets(BELL)) {
    // A socket that is closing throws; its runner pulls by itself.
    if (socket.readyState === WebSocket.OPEN && concerns(runnerOf(socket))) socket.send(text);
  }
}

/** Shuts a runner out: the doors of all its bells. */
export function closeDoorbells(ctx: DurableObjectState, runnerId: string): void {
  for (const socket of ctx.getWebSockets(`bell:${runnerId}`)) socket.close(REVOKED, 'This runner was revoked.');
}

/** The runner whose bell this socket is, and whether another of its bells is open; null: it is no bell. */
export function leavingBell(ctx: DurableObjectState, socket: WebSocket): { runnerId: string; isLast: boolean } | null {
  if (!ctx.getTags(socket).includes(BELL)) return null;
  const runnerId = runnerOf(socket);
  const others = ctx.getWebSockets(`bell:${runnerId}`).filter((other) => other !== socket && other.readyState === WebSocket.OPEN);
  return { runnerId, isLast: others.length === 0 };
}

/** When each runner with an open doorbell was last heard: its last answered ping, or the opening. */
export function signsOfLife(ctx: DurableObjectState): Map<string, number> {
  const heard = new Map<string, number>();
  for (const socket of ctx.getWebSockets(BELL)) {
    if (socket.readyState !== WebSocket.OPEN) continue;
    const { runnerId } = socket.deserializeAttachment() as Attachment;
    heard.set(runnerId, Math.max(lastAnswered(ctx, socket), heard.get(runnerId) ?? 0));
  }
  return heard;
}

/** The same of one runner; 0: it has no open doorbell. */
export function heardAt(ctx: DurableObjectState, runnerId: string): number {
  const open = ctx.getWebSockets(`bell:${runnerId}`).filter(({ readyState }) => readyState === WebSocket.OPEN);
  return Math.max(0, ...open.map((socket) => lastAnswered(ctx, socket)));
}

function lastAnswered(ctx: DurableObjectState, socket: WebSocket): number {
  return ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? (socket.deserializeAttachment() as Attachment).openedAt;
}

function runnerOf(socket: WebSocket): string {
  return (socket.deserializeAttachment() as Attachment).runnerId;
}
