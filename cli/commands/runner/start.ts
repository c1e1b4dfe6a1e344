import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { log as logToErrors } from '@specwright/runner/log.ts';
import type { RunnerView } from '@specwright/runner/machine/status-file.ts';
import type { Runner } from '@specwright/runner/runner.ts';
import { createLogUpdate } from 'log-update';
import { CommandError, EXIT } from '../../command-error.ts';
import { runnerFolder } from '../../local/home.ts';
import { readEnvironmentFile } from '../../service/environment-file.ts';
import { runnerAsList } from '../../terminal/runner-lines.ts';

interface StartOptions {
  dataDir?: string;
  slots?: string;
  json?: boolean;
}

/**
 * Runs this machine's runner until it is told to end, with a view of what it does. In a terminal the view stays in place; else each thing
 * that happens is a line (--json: the log). Ctrl+C hands back what it has in hand. Exit code 2: not registered, or revoked.
 */
export async function runnerStart(options: StartOptions): Promise<void> {
  const dataDir = runnerFolder(options.dataDir);
  readEnvironmentFile(join(dataDir, 'runner.env'), process.env);
  const slots = slotsOf(options.slots);
  const view = options.json ? noView() : process.stdout.isTTY ? viewInPlace(process.stdout) : plainLines(process.stdout);
  const runner = await begin({ dataDir, slots, json: options.json === true }, view);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void runner.close());
  process.on('SIGUSR2', () => runner.drain());
  const ended = await runner.ended;
  view.end();
  if (ended === 'revoked') {
    process.stderr.write('The server knows this machine no more: it was revoked. Register it again with: npx specwright runner login\n');
    process.exit(EXIT.usage);
  }
  process.exit(EXIT.ok);
}

async function begin(given: { dataDir: string; slots: number | null; json: boolean }, view: View): Promise<Runner> {
  const { startRegistered } = await import('@specwright/runner/start-registered.ts');
  const log = given.json ? logToErrors : logToFile(given.dataDir);
  return startRegistered({ ...given, environment: process.env, log, onView: view.show }).catch((error: Error) => {
    view.end();
    throw new CommandError(error.message, EXIT.usage);
  });
}

function slotsOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const slots = Number(text);
  if (!Number.isInteger(slots) || slots < 1 || slots > 64)
    throw new CommandError(`"${text}" is no number of runs: give 1 to 64.`, EXIT.usage);
  return slots;
}

function logToFile(dataDir: string): typeof logToErrors {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = createWriteStream(join(dataDir, 'runner.log'), { flags: 'a', mode: 0o600 });
  return (level, event, fields = {}) => void file.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`);
}

interface View {
  show(view: RunnerView): void;
  end(): void;
}

function noView(): View {
  return { show: () => {}, end: () => {} };
}

function viewInPlace(stream: NodeJS.WriteStream): View {
  const update = createLogUpdate(stream);
  let last: RunnerView | null = null;
  const draw = () => last && update(runnerAsList(last, stream.columns || 80, Date.now()));
  const clock = setInterval(draw, 1000);
  return {
    show(view) {
      last = view;
      draw();
    },
    end() {
      clearInterval(clock);
      draw();
      update.done();
    },
  };
}

function plainLines(stream: NodeJS.WriteStream): View {
  let told: RunnerView['happened'][number] | null = null;
  return {
    show({ happened }) {
      const from = told === null ? 0 : happened.indexOf(told) + 1;
      for (const { text } of happened.slice(from)) stream.write(`${text}\n`);
      told = happened.at(-1) ?? told;
    },
    end: () => {},
  };
}
