import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import WebSocket from 'ws';
import { readWranglerConfig } from '../cli/local/wrangler-config.ts';

/** Stores what one socket says as a row, and sends it on to all others: nothing is read, decided or checked. */
const SCRIPT = `
import { DurableObject } from 'cloudflare:workers';
export class Bare extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, text TEXT NOT NULL)');
  }
  fetch(request) {
    const [theirs, ours] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(ours, [new URL(request.url).pathname === '/source' ? 'source' : 'page']);
    return new Response(null, { status: 101, webSocket: theirs });
  }
  webSocketMessage(socket, text) {
    if (!this.ctx.getTags(socket).includes('source')) return;
    this.ctx.storage.sql.exec('INSERT INTO events (text) VALUES (?)', text);
    this.pages ??= this.ctx.getWebSockets('page');
    for (const page of this.pages) page.send(text);
  }
}
export default { fetch: (request, env) => env.BARE.get(env.BARE.idFromName('bare')).fetch(request) };
`;

export interface BareObject {
  /** Where pages listen. */
  url: string;
  send(text: string): void;
  stop(): Promise<void>;
}

/** The least that a Durable Object can do with an event: the platform's own share of what the product takes. Open the pages' sockets first. */
export async function bareObject(): Promise<BareObject> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      resourcePersistencePath: mkdtempSync(join(tmpdir(), 'specwright-bench-')),
      workers: [
        {
          name: 'bare',
          modules: true,
          script: SCRIPT,
          compatibilityDate: readWranglerConfig().compatibility_date,
          durableObjects: { BARE: { className: 'Bare', useSQLite: true } },
        },
      ],
    }),
  );
  const url = (await miniflare.ready).href.replace('http', 'ws');
  const source = new WebSocket(`${url}source`);
  await new Promise((open, failed) => source.once('open', open).once('error', failed));
  return {
    url,
    send: (text) => source.send(text),
    async stop() {
      source.terminate();
      await miniflare.dispose();
    },
  };
}
