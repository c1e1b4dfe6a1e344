import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { discover } from './agents/discover.ts';
import { makeOpenCrew } from './agents/open-crew.ts';
import { readDurations } from './durations.ts';
import { log, messageOf } from './log.ts';
import { startRunner } from './runner.ts';

/** What a run with an agent of its own takes, in bytes of memory: a measured opencode with room for the checks. */
const MEMORY_PER_RUN = 3 * 1024 ** 3;

/**
 * The runner's executable. Prints one JSON line when it is announced; logs JSON lines to standard error; SIGTERM and SIGINT end it
 * in order. Exit code 2: it was started wrongly or the server refused it.
 */
async function main(): Promise<void> {
  const options = readOptions();
  const environment = process.env;
  const durations = readDurations(environment);
  const found = await discover({ environment });
  const openCrew = makeOpenCrew({ environment, found, durations });
  const runner = await startRunner({ ...options, found, durations, env: environment, log, openCrew });
  process.stdout.write(`${JSON.stringify({ ready: true, lifeId: runner.lifeId })}\n`);
  endOnSignal(runner.close);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      server: { type: 'string' },
      'data-dir': { type: 'string' },
      name: { type: 'string', default: 'runner' },
      'token-file': { type: 'string' },
      slots: { type: 'string' },
    },
  });
  const token = process.env.SPECWRIGHT_RUNNER_TOKEN ?? (values['token-file'] ? readFileSync(values['token-file'], 'utf8').trim() : '');
  delete process.env.SPECWRIGHT_RUNNER_TOKEN;
  if (!values.server || !values['data-dir'] || !token)
    throw new Error('Usage: main.ts --server URL --data-dir DIR [--name NAME] (--token-file FILE, or SPECWRIGHT_RUNNER_TOKEN)');
  const slots = values.slots ? Number(values.slots) : defaultSlots();
  return { server: values.server, dataDir: values['data-dir'], name: values.name, token, slots, version: '0.1.0' };
}

/** As many runs at once as cores and memory carry; at least one. */
function defaultSlots(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / MEMORY_PER_RUN), 64));
}

function endOnSignal(close: () => Promise<void>): void {
  let ending = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

main().catch((error) => {
  log('error', 'runner_ended', { message: messageOf(error) });
  process.exit(2);
});
