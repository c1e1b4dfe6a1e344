import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { poisoned, poisonText } from './poison.ts';

interface Socket {
  send(text: string): void;
  readyState: number;
}

/** What the agent of the live run writes, a few letters at a time. */
export function stream(socket: Socket) {
  if (poisoned) {
    const text = poisonText();
    return socket.send(JSON.stringify({ type: 'text', jobId: 'run_live/chk_round/1/1', part: 'streaming', role: 'text', offset: 0, text }));
  }
  const text =
    'Bankers round half to even, so that errors cancel out over many sums. I write the function first, then the cases from the criteria. ';
  let offset = 0;
  const timer = setInterval(() => {
    if (socket.readyState !== 1) return clearInterval(timer);
    const piece = text.slice(offset % text.length, (offset % text.length) + 6);
    socket.send(JSON.stringify({ type: 'text', jobId: 'run_live/chk_round/1/1', part: 'streaming', role: 'text', offset, text: piece }));
    offset += piece.length;
    if (offset > 600) clearInterval(timer);
  }, 60);
}

/** So many events a second. */
export function flood(socket: Socket, log: StoredEvent[], perSecond: number) {
  const timer = setInterval(() => {
    if (socket.readyState !== 1) return clearInterval(timer);
    const events = Array.from({ length: Math.round(perSecond / 20) }, (_, i) => {
      const seq = log.length + 1 + i;
      return {
        kind: 'tool_called',
        chunkId: 'chk_round',
        jobId: 'run_long/chk_round/1/1',
        callId: `flood${seq}`,
        tool: 'bash',
        status: 'completed',
        title: `call ${seq}`,
        input: '',
        output: '',
        seq,
        at: Date.now(),
        v: 1,
      } as StoredEvent;
    });
    log.push(...events);
    socket.send(JSON.stringify({ type: 'events', events }));
  }, 50);
}
