import { readRegistration } from '@specwright/runner/identity/runner-file.ts';
import { readLinks } from '@specwright/runner/links/links-file.ts';
import { type RunnerView, readStatusFile } from '@specwright/runner/machine/status-file.ts';
import { CommandError } from '../../command-error.ts';
import { runnerFolder } from '../../local/home.ts';
import { loadLine, runLine } from '../../terminal/runner-lines.ts';

/** Says what this machine's runner is and does. Exit code 1 when it is not registered or does not run. */
export async function runnerStatus(options: { dataDir?: string; json?: boolean }): Promise<void> {
  const dataDir = runnerFolder(options.dataDir);
  const registration = readRegistration(dataDir);
  const view = readStatusFile(dataDir);
  if (options.json) process.stdout.write(`${JSON.stringify({ registration, links: readLinks(dataDir), view })}\n`);
  else if (registration === null) process.stdout.write('This machine is not registered. Register it with: npx specwright runner login\n');
  else {
    const where = registration.organisation === null ? registration.server : `${registration.organisation.name} at ${registration.server}`;
    const { length } = readLinks(dataDir);
    process.stdout.write(`${registration.name}, in ${where}\n${length === 1 ? '1 repository' : `${length} repositories`} linked\n`);
    process.stdout.write(view === null ? 'Not running. Start it with: npx specwright runner start\n' : linesOf(view));
  }
  if (registration === null || view === null) process.exitCode = 1;
}

function linesOf(view: RunnerView): string {
  const runs = view.runs.map((run) => `  ${runLine(run, Date.now())}\n`).join('');
  return `${view.state}, ${view.runs.length} of ${view.slots} runs\n${loadLine(view)}\n${runs}`;
}

/** Tells the running runner to take nothing new; it ends when what it has in hand is done. */
export async function runnerDrain(options: { dataDir?: string; now?: boolean; wait?: boolean }): Promise<void> {
  const dataDir = runnerFolder(options.dataDir);
  const view = readStatusFile(dataDir);
  if (view === null) throw new CommandError('No runner runs here.');
  process.kill(view.pid, options.now ? 'SIGTERM' : 'SIGUSR2');
  const what = view.runs.length === 1 ? '1 run' : `${view.runs.length} runs`;
  process.stdout.write(options.now ? `Handing back ${what}.\n` : `Draining: the attempts of ${what} are finished, then it ends.\n`);
  while (options.wait && readStatusFile(dataDir) !== null) await new Promise((done) => setTimeout(done, 200));
}
