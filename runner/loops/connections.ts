import { Agent, type IncomingMessage, request } from 'node:http';
import { request as requestSecurely, Agent as SecureAgent } from 'node:https';

/** One that nobody used for so long is closed: after a sleep or a change of networks it would be dead without a sign. */
const IDLE_MS = 4_000;

/**
 * The connections to one server, kept while the server keeps them. A socket opens on the connection that a call has just used: over a
 * network that saves the round trips of connecting.
 */
export interface Connections {
  readonly agent: Agent;
  /** POSTs JSON. Throws the connection's error; any status is an answer. */
  post(path: string, body: unknown, options: { token: string | null; signal: AbortSignal }): Promise<{ status: number; text: string }>;
  /** Ends those that nobody uses. */
  close(): void;
}

export function makeConnections(server: string): Connections {
  const isSecure = server.startsWith('https:');
  const options = { keepAlive: true, timeout: IDLE_MS };
  const agent = isSecure ? new SecureAgent(options) : new Agent(options);
  const send = isSecure ? requestSecurely : request;

  const once = (path: string, text: string, { token, signal }: { token: string | null; signal: AbortSignal }) =>
    new Promise<{ status: number; text: string } | 'stale'>((done, failed) => {
      const proof = token === null ? {} : { authorization: `Bearer ${token}` };
      const headers = { ...proof, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const asked = send(server + path, { method: 'POST', agent, headers, signal }, (answer) => void textOf(answer).then(done, failed));
      asked.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed a kept connection just as it was used again. Whatever is called here may be called twice.
        if (asked.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) done('stale');
        else failed(error);
      });
      asked.end(text);
    });
  return {
    agent,
    async post(path, body, options) {
      const text = JSON.stringify(body);
      for (;;) {
        const answer = await once(path, text, options);
        if (answer !== 'stale') return answer;
      }
    },
    close: () => agent.destroy(),
  };
}

async function textOf(answer: IncomingMessage): Promise<{ status: number; text: string }> {
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return { status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') };
}
