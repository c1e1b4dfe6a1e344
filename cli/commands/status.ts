import type { Runner, RunSummary } from '@specwright/protocol/api.ts';
import { needServer } from '../client/reach.ts';
import { locateDataDirectory } from '../local/data-directory.ts';
import { duration, money } from '../terminal/run-lines.ts';

/** Prints the latest runs and the machines. */
export async function status(options: { dataDir?: string; server?: string; json?: boolean }): Promise<void> {
  const client = needServer(locateDataDirectory(options.dataDir), options.server);
  const [runs, runners] = await Promise.all([
    client.get<{ items: RunSummary[] }>('/api/runs'),
    client.get<{ items: Runner[] }>('/api/runners'),
  ]);
  if (options.json) return void process.stdout.write(`${JSON.stringify({ runs: runs.items, runners: runners.items })}\n`);
  for (const runner of runners.items) process.stdout.write(`machine  ${runner.name}: ${runner.online ? 'online' : 'offline'}\n`);
  for (const run of runs.items) process.stdout.write(`${lineOf(run)}\n`);
  if (runs.items.length === 0) process.stdout.write('No runs yet. Start one: npx specwright run SPEC.md --repo DIR\n');
}

function lineOf(run: RunSummary): string {
  const { passed, total } = run.progress;
  return `${run.status.padEnd(9)}  ${run.specTitle}  ${passed}/${total}  ${money(run.usage.costMicros)}  ${duration(run.activeMs)}  ${run.id}`;
}
