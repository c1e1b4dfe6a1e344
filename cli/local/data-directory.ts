import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { writeFleeting } from '@specwright/runner/identity/write-whole.ts';
import { CommandError, EXIT } from '../command-error.ts';
import { ROOT } from './root.ts';

/** Everything that the embedded server, its runner and the demo keep, and where. */
export interface DataDirectory {
  path: string;
  /** Where D1, the objects and the queue's state live. */
  state: string;
  runner: string;
  demo: string;
  logs: string;
  /** The owner's credential (mode 600): whoever reads it may do everything here. */
  credentialFile: string;
  secretFile: string;
  serverFile: string;
  workerdPidFile: string;
  runnerPidFile: string;
}

/** The data directory named by flag, environment or default, without touching the disk. */
export function locateDataDirectory(flag?: string): DataDirectory {
  const path = resolve(flag ?? process.env.SPECWRIGHT_DATA_DIR ?? join(ROOT, '.data'));
  return {
    path,
    state: join(path, 'v3'),
    runner: join(path, 'runner'),
    demo: join(path, 'demo'),
    logs: join(path, 'logs'),
    credentialFile: join(path, 'owner-credential'),
    secretFile: join(path, 'auth-secret'),
    serverFile: join(path, 'server.json'),
    workerdPidFile: join(path, 'workerd.pid'),
    runnerPidFile: join(path, 'runner.pid'),
  };
}

/** Makes the data directory. A folder that can't be written is a CommandError with one sentence. */
export function openDataDirectory(flag?: string): DataDirectory {
  const data = locateDataDirectory(flag);
  try {
    for (const folder of [data.path, data.logs, data.runner]) makeFolder(folder);
    accessSync(data.path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CommandError(
      `The data directory ${data.path} can't be written (${reasonOf(error)}): choose another with --data-dir.`,
      EXIT.failed,
    );
  }
  return data;
}

/** Node's own way to make a folder with its parents never ends where a file system refuses with ENOENT, as /proc does. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another command made it in this moment.
    if (!existsSync(path)) throw error;
  }
}

/** What a running server says of itself, for the commands that talk to it. */
export interface RunningServer {
  url: string;
  pid: number;
}

/** The server that runs on this data directory, or null. A file that a killed server left behind counts as none. */
export function readRunningServer(data: DataDirectory): RunningServer | null {
  if (!existsSync(data.serverFile)) return null;
  try {
    const server = JSON.parse(readFileSync(data.serverFile, 'utf8')) as RunningServer;
    process.kill(server.pid, 0);
    return server;
  } catch {
    return null;
  }
}

export function writeRunningServer(data: DataDirectory, server: RunningServer): void {
  writeFleeting(data.serverFile, JSON.stringify(server));
}

export function forgetRunningServer(data: DataDirectory): void {
  rmSync(data.serverFile, { force: true });
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM') return 'no permission';
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a part of that path is a file';
  if (code === 'EROFS') return 'the file system is read-only';
  if (code === 'ENOSPC') return 'the disk is full';
  return code ?? String(error);
}
