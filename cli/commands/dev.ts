import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { apiClient } from '../client/api-client.ts';
import { CommandError } from '../command-error.ts';
import { QUIET_TOOLS } from '../local/build.ts';
import { hashOf, secretInFile } from '../local/credential.ts';
import { openDataDirectory, writeRunningServer } from '../local/data-directory.ts';
import { migrateWhenStale } from '../local/migrate.ts';
import { portOf, requireGit } from '../local/requirements.ts';
import { ROOT } from '../local/root.ts';
import { startRunner } from '../local/supervise-runner.ts';
import { link } from './link.ts';

/** Pages and Worker with hot reload inside workerd, real bindings, and a runner. Its state is apart from `start`'s. */
export async function dev(options: { port?: string }): Promise<void> {
  requireGit();
  const port = portOf(options.port, 5173);
  const path = join(ROOT, '.wrangler', 'state');
  const data = openDataDirectory(path);
  await migrateWhenStale(data);
  const url = `http://127.0.0.1:${port}`;
  const credential = secretInFile(data.credentialFile, 'swo_');
  const vars = {
    BASE_URL: url,
    BUILD_ID: 'dev',
    BETTER_AUTH_SECRET: secretInFile(data.secretFile, ''),
    LOCAL_CREDENTIAL_HASH: hashOf(credential),
  };
  const vite = spawn(join(ROOT, 'web', 'node_modules', '.bin', 'remix'), ['vite:dev', '-c', 'vite.dev.config.ts'], {
    cwd: join(ROOT, 'web'),
    stdio: 'inherit',
    env: {
      ...process.env,
      ...QUIET_TOOLS,
      NODE_ENV: 'development',
      SPECWRIGHT_DEV_PORT: String(port),
      SPECWRIGHT_STATE_DIR: data.path,
      SPECWRIGHT_DEV_VARS: JSON.stringify(vars),
    },
  });
  vite.on('exit', (code) => process.exit(code ?? 1));
  await healthy(url);
  writeRunningServer(data, { url, pid: process.pid });
  const runner = await startRunner(data, apiClient(url, credential), (line) => void process.stdout.write(`${line}\n`));
  await link({ dataDir: path });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void runner.stop().then(() => vite.kill('SIGTERM')));
}

async function healthy(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`${url}/api/health`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new CommandError('The development server did not answer within a minute: see its lines above.');
}
