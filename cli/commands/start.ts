import type { LocalLink, Runner } from '@specwright/protocol/api.ts';
import pc from 'picocolors';
import type { ApiClient } from '../client/api-client.ts';
import { followRun } from '../client/follow-run.ts';
import { EXIT } from '../command-error.ts';
import { type DataDirectory, openDataDirectory } from '../local/data-directory.ts';
import { demoWasMade, runDemo } from '../local/demo-project.ts';
import { startEmbedded } from '../local/embedded.ts';
import { endOnSignal } from '../local/end-on-signal.ts';
import { portOf, requireGit } from '../local/requirements.ts';
import { liveView } from '../terminal/live-view.ts';
import { totalsOf } from '../terminal/run-lines.ts';
import { linkLine } from './link.ts';

interface StartOptions {
  port?: string;
  dataDir?: string;
  demo: boolean;
}

/** Serves until it is told to stop. The first time on a data directory it makes and runs the demo project. */
export async function start(options: StartOptions): Promise<void> {
  requireGit();
  const port = portOf(options.port, 8787);
  const data = openDataDirectory(options.dataDir);
  const embedded = await startEmbedded(data, { port, say });
  endOnSignal(embedded.stop, { code: EXIT.ok, say });
  await sayWhatIsThere(embedded.client);
  const wanted = options.demo && process.env.SPECWRIGHT_NO_DEMO !== '1';
  if (wanted && !demoWasMade(data)) await showDemo(data, embedded.client);
  say(`${pc.dim('Serving. Stop with Ctrl+C; the work goes on where it stopped at the next start.')}`);
}

async function sayWhatIsThere(client: ApiClient): Promise<void> {
  const [link, runner] = [await client.post<LocalLink>('/api/local/links'), await runnerOnline(client)];
  say('');
  say(`  ${pc.bold('Dashboard')}  ${pc.green(client.url)}`);
  say(`  ${pc.bold('Sign in')}    ${pc.green(linkLine(client.url, link))}`);
  say(pc.dim('             good once, for 15 minutes; another: npx specwright link'));
  if (!runner) say(`  ${pc.bold('Runner')}     ${pc.yellow('not online yet: see logs/runner.log in the data directory')}`);
  for (const [index, found] of (runner?.found ?? []).entries())
    say(`  ${pc.bold(index === 0 ? 'Runner' : '      ')}     ${foundLine(found)}`);
  say('');
}

function foundLine({ name, version, detail, ok }: Runner['found'][number]): string {
  const told = detail && !detail.startsWith(name) ? `${name}: ${detail}` : (detail ?? name);
  return `${ok ? pc.green('✓') : pc.yellow('–')} ${version ? `${name} ${version}${detail ? pc.dim(` ${detail}`) : ''}` : told}`;
}

async function runnerOnline(client: ApiClient): Promise<Runner | null> {
  for (let tries = 0; tries < 60; tries++) {
    const { items } = await client.get<{ items: Runner[] }>('/api/runners');
    const online = items.find((runner) => runner.online);
    if (online) return online;
    await new Promise((done) => setTimeout(done, 200));
  }
  return null;
}

async function showDemo(data: DataDirectory, client: ApiClient): Promise<void> {
  say('The demo: a small project, a spec of a few chunks, carried out now by the real agent.');
  const runId = await runDemo(data, client);
  const view = liveView(process.stdout);
  const state = await followRun(client, runId, view);
  view.end();
  if (!state) return;
  say('');
  say(totalsOf(state));
  if (state.configuration?.demo) say(pc.dim('  The answers of the demo model are scripted; agent, git, checks and review are real.'));
  say('');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
