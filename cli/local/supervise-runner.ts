import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RegisteredRunner } from '@specwright/protocol/runners-api.ts';
import { openKeyPair } from '@specwright/runner/identity/key-pair.ts';
import { writeRegistration } from '@specwright/runner/identity/runner-file.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { DataDirectory } from './data-directory.ts';
import { killOrphan } from './orphans.ts';
import { ROOT } from './root.ts';

/** The name of the runner that comes with the embedded server. */
export const LOCAL_RUNNER = 'this machine';

/** The exit code of a runner that its server knows no more. */
const REVOKED = 3;

const REVOKED_SAID =
  'This machine was revoked: its runner has ended and takes no work any more. The next start of Specwright registers the machine anew.';

export interface SupervisedRunner {
  /** SIGTERM: the runner hands back what it holds, then ends. Resolves when it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts the runner as a process of its own, registered through the public routes, and starts it again whenever it ends
 * before `stop`: at once, then with pauses that double up to 10 s. One that was revoked stays away until the next start, which is said once.
 * Its log goes to a file.
 */
export async function startRunner(data: DataDirectory, client: Caller, say: (line: string) => void): Promise<SupervisedRunner> {
  killOrphan(data.runnerPidFile, 'runner');
  await register(data, client);
  const log = createWriteStream(join(data.logs, 'runner.log'), { flags: 'a' });
  let child: ChildProcess;
  let stopping = false;
  let pauseMs = 0;
  const start = () => {
    const startedAt = performance.now();
    child = spawnRunner(data);
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.on('exit', (code) => {
      if (stopping) return;
      if (code === REVOKED) {
        rmSync(data.runnerPidFile, { force: true });
        return say(REVOKED_SAID);
      }
      pauseMs = performance.now() - startedAt > 10_000 ? 0 : Math.min(10_000, Math.max(200, pauseMs * 2));
      setTimeout(() => !stopping && start(), pauseMs);
    });
  };
  start();
  return {
    stop: () => {
      stopping = true;
      rmSync(data.runnerPidFile, { force: true });
      if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
      return new Promise((done) => {
        const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
        child.once('exit', () => {
          clearTimeout(force);
          done();
        });
        child.kill('SIGTERM');
      });
    },
  };
}

type Caller = Pick<ApiClient, 'url' | 'post'>;

async function register(data: DataDirectory, client: Caller): Promise<void> {
  const { publicKey } = openKeyPair(data.runner);
  const body = { name: LOCAL_RUNNER, publicKey, anyRepository: true };
  const { runnerId } = await client.post<RegisteredRunner>('/api/local/runners', body);
  // It serves whatever its own server's people ask, so it stands in no organisation's list of links.
  writeRegistration(data.runner, { server: client.url, runnerId, name: LOCAL_RUNNER, organisation: null });
}

function spawnRunner(data: DataDirectory): ChildProcess {
  const args = [join(ROOT, 'runner', 'main.ts'), '--data-dir', data.runner];
  const child = spawn(process.execPath, args, { cwd: data.runner, env: process.env, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid) writeFileSync(data.runnerPidFile, String(child.pid));
  return child;
}
