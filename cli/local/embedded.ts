import { type ApiClient, apiClient } from '../client/api-client.ts';
import { CommandError } from '../command-error.ts';
import { buildWhenStale } from './build.ts';
import { type DataDirectory, forgetRunningServer, readRunningServer, writeRunningServer } from './data-directory.ts';
import { migrateWhenStale } from './migrate.ts';
import { startServer } from './server.ts';
import { startRunner } from './supervise-runner.ts';

export interface Embedded {
  client: ApiClient;
  stop(): Promise<void>;
}

/** How often the sweep looks for runs that nothing drives: no cron runs locally. */
const SWEEP_MS = 60_000;

/** Builds, migrates, serves and starts a runner. One embedded server per data directory. */
export async function startEmbedded(data: DataDirectory, options: { port: number; say(line: string): void }): Promise<Embedded> {
  const running = readRunningServer(data);
  if (running)
    throw new CommandError(
      `Specwright already runs on this data directory, at ${running.url}. Stop it first, or choose another --data-dir.`,
    );
  const [{ buildId }] = await Promise.all([buildWhenStale(options.say), migrateWhenStale(data)]);
  const server = await startServer(data, { port: options.port, buildId });
  const client = apiClient(server.url, server.credential);
  writeRunningServer(data, { url: server.url, pid: process.pid });
  const runner = await startRunner(data, client, options.say);
  const sweep = setInterval(() => void client.post('/api/local/sweep').catch(() => {}), SWEEP_MS);
  await client.post('/api/local/sweep');
  return {
    client,
    stop: async () => {
      clearInterval(sweep);
      await runner.stop();
      await server.stop();
      forgetRunningServer(data);
    },
  };
}
