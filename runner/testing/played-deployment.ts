import { createPublicKey, verify } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AnnounceLife,
  announceLifeSchema,
  type MachineNeed,
  NO_ORDERS,
  OFFER_WORD,
  type ReportLife,
  type RunnerOrders,
  reportLifeSchema,
} from '@specwright/protocol/pull.ts';
import { type WebSocket, WebSocketServer } from 'ws';
import { bodyOf, refuseUpgrade } from './callers-that-die.ts';

/** A real server of the runners' routes, with one machine, whose keys and tokens it checks. */
export interface PlayedDeployment {
  url: string;
  lives: AnnounceLife[];
  reports: ReportLife[];
  /** How often a token was given. */
  tokens(): number;
  needs: MachineNeed[];
  /** What people said of the machine: told with the next pull. */
  orders: RunnerOrders;
  acknowledged: { acks: string[]; retries: string[] }[];
  /** Tokens given so far are no longer taken; the machine may get another. */
  expireTokens(): void;
  /** The machine is known no more: its sockets close. */
  revoke(): void;
  /** Rings the doorbell. */
  ring(): void;
  /** Says over the doorbell what a pull would bring. */
  offer(): void;
  /** How many doorbells were opened. */
  bells(): number;
  /** From now on no socket answers, nobody is told, and no doorbell can be opened. */
  deafen(): void;
  /** Sockets to runs that were asked for. */
  runs: string[];
  /** Says that a run is over, and hears nothing more on its socket, its closing neither, until what is answered is called. */
  overAndDeaf(runId: string): () => void;
  close(): void;
}

export async function playedDeployment(machine: { runnerId: string; publicKey: string }): Promise<PlayedDeployment> {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: machine.publicKey }, format: 'jwk' });
  let revoked = false;
  let given = 0;
  let bells = 0;
  let deaf = false;
  let good = new Set<string>();
  const its = {
    lives: [] as AnnounceLife[],
    reports: [] as ReportLife[],
    needs: [] as MachineNeed[],
    orders: { ...NO_ORDERS },
    acknowledged: [] as PlayedDeployment['acknowledged'],
    runs: [] as string[],
  };
  const isKnown = (request: IncomingMessage) => !revoked && good.has((request.headers.authorization ?? '').replace('Bearer ', ''));
  const answer = (path: string, body: Record<string, never>): unknown => {
    if (path === '/runner-api/lives') its.lives.push(announceLifeSchema.parse(body));
    else if (path === '/runner-api/lives/report') its.reports.push(reportLifeSchema.parse(body));
    else if (path === '/runner-api/messages/pull') return pulled(its.needs.splice(0, Number(body.batch_size)), its.orders);
    else if (path === '/runner-api/messages/ack') {
      const { acks, retries } = body as unknown as Record<string, { lease_id: string }[]>;
      its.acknowledged.push({ acks: (acks ?? []).map((one) => one.lease_id), retries: (retries ?? []).map((one) => one.lease_id) });
    }
    return {};
  };
  const tokenFor = ({ challenge, signature }: Record<string, string>) => {
    const isSigned = verify(null, Buffer.from(challenge ?? ''), key, Buffer.from(signature ?? '', 'base64url'));
    if (revoked || !isSigned || challenge !== `sign this for ${machine.runnerId}`) return null;
    given += 1;
    good.add(`srt_${given}`);
    return { token: `srt_${given}`, expiresInMs: 900_000 };
  };
  const http = createServer(async (request, response) => {
    const text = await bodyOf(request);
    if (text === null) return;
    const body = JSON.parse(text);
    const say = (status: number, said: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    if (request.url === '/runner-api/challenges') return say(201, { challenge: `sign this for ${body.runnerId}` });
    if (request.url === '/runner-api/tokens') {
      const token = tokenFor(body);
      return token ? say(201, token) : say(401, { message: 'This runner is not known here, or it was revoked.' });
    }
    if (request.url === '/api/local/runners') return say(201, { runnerId: machine.runnerId, name: body.name, organisation: null });
    if (!isKnown(request)) return say(401, { message: 'Not signed in.' });
    return say(200, answer(request.url ?? '', body));
  });
  const sockets = new WebSocketServer({ noServer: true });
  const socketOf = new Map<string, WebSocket>();
  http.on('upgrade', (request, stream, head) => {
    if (!isKnown(request)) return refuseUpgrade(stream, 401);
    const run = /runs\/([^/]+)\/socket/.exec(request.url ?? '')?.[1];
    if (run) its.runs.push(run);
    else if (deaf) return refuseUpgrade(stream, 503);
    else bells += 1;
    sockets.handleUpgrade(request, stream, head, (socket) => {
      if (run) socketOf.set(run, socket);
      socket.on('message', (data) => String(data) === 'ping' && !deaf && socket.send('pong'));
    });
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  return {
    ...its,
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    tokens: () => given,
    expireTokens() {
      good = new Set();
    },
    revoke() {
      revoked = true;
      for (const client of sockets.clients) client.close(4401, 'This runner was revoked.');
    },
    overAndDeaf(runId) {
      const socket = socketOf.get(runId);
      if (!socket) throw new Error(`nobody asked for ${runId}`);
      socket.pause();
      socket.send(JSON.stringify({ type: 'gone', message: 'This run is over.' }));
      return () => socket.resume();
    },
    bells: () => bells,
    deafen() {
      deaf = true;
    },
    ring() {
      for (const client of sockets.clients) client.send('pull');
    },
    offer() {
      const text = JSON.stringify((pulled(its.needs.splice(0), its.orders) as { result: unknown }).result);
      for (const client of sockets.clients) client.send(OFFER_WORD + text);
    },
    close() {
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      http.close();
    },
  };
}

function pulled(needs: MachineNeed[], orders: RunnerOrders): unknown {
  const messages = needs.map((need, index) => ({
    id: `m${index}`,
    body: Buffer.from(JSON.stringify(need)).toString('base64'),
    timestamp_ms: 0,
    attempts: 1,
    lease_id: `lease of ${need.runId}`,
    metadata: {},
  }));
  return { success: true, errors: [], messages: [], result: { message_backlog_count: 0, messages, orders } };
}
