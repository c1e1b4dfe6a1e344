import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { retryDelayMs, TRIES_BEFORE_GIVING_UP } from './retry-delay.ts';
import { type Connection, RunSocket } from './run-socket.ts';

let server: WebSocketServer;
let socket: RunSocket;
let seen: number;
const connections: Connection[] = [];

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  seen = 7;
  connections.length = 0;
  socket = new RunSocket({
    address: () => `ws://127.0.0.1:${port}/socket?since=${seen}`,
    lastSeen: () => seen,
    onFrame: (frame) => {
      if (frame.type === 'events') seen = frame.events.at(-1)?.seq ?? seen;
    },
    onConnection: (connection) => connections.push(connection),
    random: () => 0,
  });
});

afterEach(() => {
  socket.close();
  for (const client of server.clients) client.terminate();
  server.close();
});

async function accepted(): Promise<{ client: ServerSocket; url: string }> {
  const [client, request] = await once(server, 'connection');
  return { client, url: request.url };
}

const greet = (client: ServerSocket) => client.send(JSON.stringify({ type: 'greeting', build: 'b', wire: 1, runId: 'r', seq: seen }));
const sendEvent = (client: ServerSocket, seq: number) =>
  client.send(JSON.stringify({ type: 'events', events: [{ kind: 'run_paused', seq, at: 1, v: 1 }] }));

describe('a run’s socket', () => {
  test('opens with the last number seen, and acknowledges what it was given', async () => {
    socket.open();
    const { client, url } = await accepted();
    expect(url).toBe('/socket?since=7');
    greet(client);
    sendEvent(client, 8);
    const [message] = await once(client, 'message');
    expect(JSON.parse(String(message))).toEqual({ type: 'ack', seq: 8 });
    expect(connections).toEqual(['connecting', 'live']);
  });

  test('a lost one is opened again from where it ended, and says so meanwhile', async () => {
    socket.open();
    const first = await accepted();
    greet(first.client);
    sendEvent(first.client, 8);
    await once(first.client, 'message');
    const again = accepted();
    first.client.terminate();
    const second = await again;
    expect(second.url).toBe('/socket?since=8');
    expect(connections.at(-1)).toBe('lost');
  });

  test('one that was closed stays closed', async () => {
    socket.open();
    const { client } = await accepted();
    const closed = once(client, 'close');
    socket.close();
    await closed;
    expect(server.clients.size).toBe(0);
    expect(connections).toEqual(['connecting']);
  });
});

describe('the pause between tries', () => {
  test('doubles, stays below ten seconds, and is never shorter than half', () => {
    expect(retryDelayMs(0, 1)).toBe(400);
    expect(retryDelayMs(3, 1)).toBe(3200);
    expect(retryDelayMs(TRIES_BEFORE_GIVING_UP, 1)).toBe(10_000);
    expect(retryDelayMs(TRIES_BEFORE_GIVING_UP, 0)).toBe(5000);
  });
});
