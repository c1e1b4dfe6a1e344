import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type ApiClient, apiClient } from '../cli/client/api-client.ts';
import { buildWhenStale } from '../cli/local/build.ts';
import { openDataDirectory } from '../cli/local/data-directory.ts';
import { migrateWhenStale } from '../cli/local/migrate.ts';
import { startServer } from '../cli/local/server.ts';
import { writeRegistration } from '../runner/identity/runner-file.ts';
import { ROOT } from '../scripts/run-step.ts';
import { freePort } from '../tests/support/deployment.ts';
import { register } from './register.ts';

export interface DelayedDeployment {
  client: ApiClient;
  stop(): Promise<void>;
}

/** A server in this process and a runner whose every byte, each way, arrives `delayMs` later; opening a connection takes both ways once. */
export async function delayedDeployment(dataDir: string, delayMs: number): Promise<DelayedDeployment> {
  const data = openDataDirectory(dataDir);
  const { buildId } = await buildWhenStale(() => {});
  await migrateWhenStale(data);
  const port = await freePort();
  const server = await startServer(data, { port, buildId });
  const client = apiClient(server.url, readFileSync(data.credentialFile, 'utf8').trim());
  const proxy = await delayingProxy(port, delayMs);
  const runner = await runnerThrough(client, proxy.port, data.runner);
  return {
    client,
    stop: async () => {
      runner.kill('SIGTERM');
      await new Promise((done) => runner.once('exit', done));
      proxy.close();
      await server.stop();
    },
  };
}

async function runnerThrough(client: ApiClient, port: number, folder: string): Promise<ChildProcess> {
  const { runnerId } = await register(client, 'far', folder);
  writeRegistration(folder, { server: `http://127.0.0.1:${port}`, runnerId, name: 'far', organisation: null });
  const args = [join(ROOT, 'runner', 'main.ts'), '--data-dir', folder];
  const runner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((done) => runner.stdout?.once('data', done));
  return runner;
}

/** A TCP proxy that holds each chunk back; it names the server in the Host header, which the server checks. */
async function delayingProxy(target: number, delayMs: number): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const proxy = createServer((inner) => {
    const outer = connect(target, '127.0.0.1');
    const port = (proxy.address() as { port: number }).port;
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    const openAt = performance.now() + 2 * delayMs;
    const late = (to: Socket, change: (data: Buffer) => Buffer) => {
      const onTheWay: Buffer[] = [];
      const arrive = () => {
        const data = onTheWay.shift();
        if (data && to.writable) to.write(change(data));
      };
      return (data: Buffer) => {
        onTheWay.push(data);
        const now = performance.now();
        at(Math.max(now, openAt) + delayMs, arrive);
      };
    };
    inner.on(
      'data',
      late(outer, (data) => renamed(data, `127.0.0.1:${port}`, `127.0.0.1:${target}`)),
    );
    outer.on(
      'data',
      late(inner, (data) => data),
    );
    inner.on('close', () => outer.destroy());
    outer.on('close', () => setTimeout(() => inner.destroy(), delayMs));
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  return {
    port: (proxy.address() as { port: number }).port,
    close: () => {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A timer fires up to 2 ms late: the last of the time is waited for turn by turn, so that the delay is what it says. */
function at(due: number, work: () => void): void {
  const look = () => (performance.now() < due ? setImmediate(look) : work());
  setTimeout(look, due - performance.now() - COARSE_MS);
}
const COARSE_MS = 2;

function renamed(data: Buffer, from: string, to: string): Buffer {
  const text = data.toString('latin1');
  return text.toLowerCase().includes('host:') ? Buffer.from(text.replaceAll(from, to), 'latin1') : data;
}
