import { chmodSync, createWriteStream, existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { CommandError } from '../command-error.ts';
import { WORKER_BUNDLE } from './build.ts';
import { hashOf, secretInFile } from './credential.ts';
import type { DataDirectory } from './data-directory.ts';
import { withoutSignalsOf } from './end-on-signal.ts';
import { findChild, isAlive, killOrphan } from './orphans.ts';
import { ROOT } from './root.ts';
import { readWranglerConfig } from './wrangler-config.ts';

export interface LocalServer {
  url: string;
  /** The owner's credential: what the commands send as Bearer. */
  credential: string;
  stop(): Promise<void>;
}

/**
 * Serves the Worker with its bindings on 127.0.0.1, state on disk. When workerd dies it is started again on the same
 * state and port. A taken port is a CommandError.
 */
export async function startServer(data: DataDirectory, options: { port: number; buildId: string }): Promise<LocalServer> {
  if (killOrphan(data.workerdPidFile, 'workerd')) await portFree(options.port, 5_000);
  await refuseTakenPort(options.port);
  const credential = secretInFile(data.credentialFile, 'swo_');
  const url = `http://127.0.0.1:${options.port}`;
  const settings = miniflareOptions(data, { ...options, url, credential });
  useDyingChild(data);
  collectInSmallSteps();
  let served = await serve(settings, data);
  let stopping = false;
  let restarting = false;
  const watch = setInterval(async () => {
    if (stopping || restarting || isServing(served.pid)) return;
    restarting = true;
    try {
      await served.miniflare.dispose().catch(() => {});
      served = await serve(settings, data);
    } catch (error) {
      process.stderr.write(`The server could not be started again, next try in a moment: ${String(error)}\n`);
    }
    restarting = false;
  }, 500);
  watch.unref();
  return {
    url,
    credential,
    stop: async () => {
      stopping = true;
      clearInterval(watch);
      await served.miniflare.dispose();
    },
  };
}

/** A server and its workerd; null where that could not be found. */
interface Served {
  miniflare: Miniflare;
  pid: number | null;
}

async function serve(settings: ReturnType<typeof miniflareOptions>, data: DataDirectory): Promise<Served> {
  const miniflare = withoutSignalsOf(() => new Miniflare(settings));
  await miniflare.ready;
  const pid = findChild('workerd');
  if (pid !== null) writeFileSync(data.workerdPidFile, String(pid));
  return { miniflare, pid };
}

/** Looks at the one process: to look for it among all, twice a second, is most of what an idle server does. */
function isServing(pid: number | null): boolean {
  return pid === null ? findChild('workerd') !== null : isAlive(pid);
}

function miniflareOptions(data: DataDirectory, server: { port: number; buildId: string; url: string; credential: string }) {
  const config = readWranglerConfig();
  const log = createWriteStream(join(data.logs, 'server.log'), { flags: 'a', mode: 0o600 });
  const consumers = config.queues.consumers.map((consumer) => [
    consumer.queue,
    { maxBatchSize: consumer.max_batch_size, maxBatchTimeout: consumer.max_batch_timeout, maxRetries: consumer.max_retries },
  ]);
  return convertV4MiniflareOptions({
    host: '127.0.0.1',
    port: server.port,
    cf: false,
    log: new Log(LogLevel.WARN),
    logRequests: false,
    handleStructuredLogs: (entry) => log.write(`${entry.message}\n`),
    telemetry: { enabled: false },
    resourcePersistencePath: data.state,
    workers: [
      {
        name: 'specwright',
        rootPath: ROOT,
        modules: [{ type: 'ESModule', path: WORKER_BUNDLE }],
        compatibilityDate: config.compatibility_date,
        compatibilityFlags: config.compatibility_flags,
        bindings: {
          ...config.vars,
          ...durationOverrides(),
          BASE_URL: server.url,
          BUILD_ID: server.buildId,
          BETTER_AUTH_SECRET: secretInFile(data.secretFile, ''),
          LOCAL_CREDENTIAL_HASH: hashOf(server.credential),
        },
        d1Databases: Object.fromEntries(config.d1_databases.map((database) => [database.binding, { id: database.database_id }])),
        durableObjects: Object.fromEntries(
          config.durable_objects.bindings.map((object) => [object.name, { className: object.class_name, useSQLite: true }]),
        ),
        ratelimits: Object.fromEntries(config.ratelimits.map(({ name, namespace_id, simple }) => [name, { namespace_id, simple }])),
        queueProducers: Object.fromEntries(config.queues.producers.map((queue) => [queue.binding, { queueName: queue.queue }])),
        queueConsumers: Object.fromEntries(consumers),
        assets: {
          directory: join(ROOT, config.assets.directory),
          binding: config.assets.binding,
          routerConfig: { has_user_worker: true, static_routing: { user_worker: config.assets.run_worker_first } },
          assetConfig: {},
        },
      },
    ],
  });
}

/** Every duration of the server is configuration: SPECWRIGHT_SERVER_<NAME>_MS in the environment becomes the variable <NAME>_MS. */
function durationOverrides(): Record<string, string> {
  const prefix = 'SPECWRIGHT_SERVER_';
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (name.startsWith(prefix) && value ? [[name.slice(prefix.length), value]] : [])),
  );
}

/**
 * On Linux workerd is started through a wrapper that makes it die with this process, however this process dies, and keeps a terminal's
 * Ctrl+C from it: the runner tells it what became of its runs before it goes.
 */
function useDyingChild(data: DataDirectory): void {
  if (
    process.platform !== 'linux' ||
    process.env.MINIFLARE_WORKERD_PATH ||
    !existsSync('/usr/bin/setpriv') ||
    !existsSync('/usr/bin/setsid')
  )
    return;
  const workerd = workerdBinary();
  if (!workerd) return;
  const wrapper = join(data.path, 'workerd-dies-with-parent');
  writeFileSync(wrapper, `#!/bin/sh\nexec /usr/bin/setsid /usr/bin/setpriv --pdeathsig KILL '${workerd.replaceAll("'", "'\\''")}' "$@"\n`);
  chmodSync(wrapper, 0o700);
  process.env.MINIFLARE_WORKERD_PATH = wrapper;
}

/**
 * Each frame to a page leaves garbage that V8's small collections keep and copy. With its own sizes the server stood still for 5 to 10 ms
 * each 160 events to a hundred pages, and for 35 each 270. A young heap of 1 MB costs 2 ms each 20 events; an old heap that may have
 * 128 MB before it is collected is collected a sixth as often. Miniflare gives flags to V8 by this variable only.
 */
function collectInSmallSteps(): void {
  process.env.MINIFLARE_WORKERD_V8_FLAGS ??= '--max-semi-space-size=1 --initial-old-space-size=128';
}

function workerdBinary(): string | null {
  const arch = process.arch === 'arm64' ? 'arm64' : '64';
  const store = join(ROOT, 'node_modules', '.pnpm', 'node_modules', '@cloudflare', `workerd-linux-${arch}`, 'bin', 'workerd');
  return existsSync(store) ? store : null;
}

async function refuseTakenPort(port: number): Promise<void> {
  if (!(await isFree(port))) {
    throw new CommandError(`Port ${port} on 127.0.0.1 is taken by another program: choose another with --port, or stop that program.`);
  }
}

async function portFree(port: number, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline && !(await isFree(port))) await new Promise((done) => setTimeout(done, 50));
}

/** Says whether a port can be listened on. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}
