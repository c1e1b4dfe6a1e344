import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import { type PageDown, REVOKED } from '@specwright/protocol/page-frame.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { endsStream, streamEvents } from '@specwright/protocol/stream-projection.ts';
import { logLine } from '../door/log.ts';
import type { WorkerEnv } from '../environment.ts';
import { eventsText, streamResponse } from './event-text.ts';

interface Reader {
  specId: string;
  after: number;
  /** What the run's object believes of who reads. */
  headers: Record<string, string>;
}

/** A comment this often keeps proxies from closing a quiet stream. */
const KEEP_OPEN_MS = 15_000;

/** Follows a run from a number on, until it rests or the reader leaves. It reads on a page's socket, so nobody polls. */
export function runStream(env: WorkerEnv, runId: string, reader: Reader): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const follower = new Follower(env, runId, reader, writable.getWriter());
  void follower.follow().catch((error: unknown) => follower.breakOff(error));
  return streamResponse(readable);
}

class Follower {
  private readonly encoder = new TextEncoder();
  private readonly run;
  private readonly reader: Reader;
  private readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  private last: number;
  private ended = false;

  constructor(env: WorkerEnv, runId: string, reader: Reader, writer: WritableStreamDefaultWriter<Uint8Array>) {
    this.run = runPort(env, runId);
    this.reader = reader;
    this.writer = writer;
    this.last = reader.after;
  }

  async follow(): Promise<void> {
    const keepOpen = setInterval(() => this.say(': still here\n\n'), KEEP_OPEN_MS);
    this.writer.closed.catch(() => {
      this.ended = true;
    });
    while (!this.ended) {
      await this.catchUp();
      if (!this.ended) await this.listen();
    }
    clearInterval(keepOpen);
    await this.writer.close().catch(() => undefined);
  }

  /** The reader sees a broken stream, and comes again with the last number it saw. */
  async breakOff(error: unknown): Promise<void> {
    this.ended = true;
    logLine('error', { event: 'stream_broken', reason: String(error) });
    await this.writer.abort(error).catch(() => undefined);
  }

  /** Everything that is stored, by range. */
  private async catchUp(): Promise<void> {
    for (;;) {
      const events = await this.run.events(this.last, 1000);
      await this.pass(events);
      if (events.length < 1000 || this.ended) return;
    }
  }

  /** One socket's life: what it brings is acknowledged, and its end brings us back to catching up. */
  private async listen(): Promise<void> {
    const socket = await this.open();
    if (!socket) {
      this.ended = true;
      return;
    }
    await new Promise<void>((resolve) => {
      let turn: Promise<void> = Promise.resolve();
      const leave = () => {
        socket.close();
        resolve();
      };
      socket.addEventListener('close', ({ code }) => {
        // The reader lost the right to see the run: what is stored is theirs no more either.
        if (code === REVOKED) this.ended = true;
        leave();
      });
      socket.addEventListener('error', leave);
      socket.addEventListener('message', ({ data }) => {
        turn = turn.then(() => this.take(JSON.parse(String(data)), socket)).then(() => (this.ended ? leave() : undefined));
      });
      this.writer.closed.then(leave, leave);
    });
  }

  private async take(frame: PageDown, socket: WebSocket): Promise<void> {
    if (frame.type === 'state') await this.catchUp();
    if (frame.type !== 'events') return;
    await this.pass(frame.events);
    socket.send(JSON.stringify({ type: 'ack', seq: this.last }));
  }

  private async open(): Promise<WebSocket | null> {
    const headers = { ...this.reader.headers, upgrade: 'websocket' };
    const response = await this.run.fetch(new Request(`http://object/page?since=${this.last}`, { headers }));
    response.webSocket?.accept();
    return response.webSocket;
  }

  private async pass(events: StoredEvent[]): Promise<void> {
    for (const event of events) {
      if (event.seq <= this.last) continue;
      this.last = event.seq;
      const projected = streamEvents(event, this.reader.specId);
      if (projected.length > 0) await this.say(eventsText(projected));
      if (endsStream(event)) this.ended = await this.rests(event.seq);
    }
  }

  /** An end that the log goes on after was followed by a reopening: the stream goes on as well. */
  private async rests(seq: number): Promise<boolean> {
    return !(await this.run.events(seq, 1000)).some((event) => event.kind === 'run_reopened');
  }

  private say(text: string): Promise<void> {
    return this.writer.write(this.encoder.encode(text)).catch(() => {
      this.ended = true;
    });
  }
}
