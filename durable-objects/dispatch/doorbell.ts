/** The one word a doorbell says: pull now. It carries nothing, so losing it loses nothing: polling is the truth. */
export const DOORBELL_TEXT = 'pull';

interface Attachment {
  runnerId: string;
  openedAt: number;
}

/** Accepts a hibernating socket, tagged with its runner. */
export function openDoorbell(ctx: DurableObjectState, runnerId: string, now: number): { response: Response; socket: WebSocket } {
  const { 0: client, 1: socket } = new WebSocketPair();
  ctx.acceptWebSocket(socket, [runnerId]);
  socket.serializeAttachment({ runnerId, openedAt: now } satisfies Attachment);
  return { response: new Response(null, { status: 101, webSocket: client }), socket };
}

export function ringAll(ctx: DurableObjectState): void {
  for (const socket of ctx.getWebSockets()) {
    // A socket that is closing throws; its runner pulls by itself.
    if (socket.readyState === WebSocket.OPEN) socket.send(DOORBELL_TEXT);
  }
}

/** When each runner with an open doorbell was last heard: its last answered ping, or the opening. */
export function signsOfLife(ctx: DurableObjectState): Map<string, number> {
  const heard = new Map<string, number>();
  for (const socket of ctx.getWebSockets()) {
    if (socket.readyState !== WebSocket.OPEN) continue;
    const { runnerId, openedAt } = socket.deserializeAttachment() as Attachment;
    const at = ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? openedAt;
    heard.set(runnerId, Math.max(at, heard.get(runnerId) ?? 0));
  }
  return heard;
}
