import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import { killProcesses, signalGroup } from './kill-processes.ts';
import { lowerPriority } from './lower-priority.ts';

/** The variable by which every process of a run is found again, also one that left its group or outlived its parent. */
export const MARK_NAME = 'SPECWRIGHT_MARK';
/** Names one spawned process and all that descends from it. */
const PROCESS_NAME = 'SPECWRIGHT_PROCESS';
/** How long output may still come after the exit, when a grandchild holds the pipe. */
const OUTPUT_AFTER_EXIT_MS = 200;

export interface SpawnOptions {
  command: string;
  args: string[];
  cwd: string;
  /** The whole environment; it holds SPECWRIGHT_MARK (see allowedEnvironment). */
  env: Record<string, string>;
  /** Written to standard input, which is then closed. Left out: no standard input, unless `openInput`. */
  input?: string;
  /** Keeps standard input open for the caller to write (`stdin`). */
  openInput?: boolean;
  /** Called with raw bytes as they come. Without it the output is thrown away. */
  onStdout?(chunk: Buffer): void;
  onStderr?(chunk: Buffer): void;
}

export interface ProcessExit {
  code: number | null;
  signal: string | null;
  /** Why it never began (`ENOENT`, `EACCES`, ...); null: it began. */
  spawnError: string | null;
}

export interface MarkedProcess {
  /** 0 when it never began. */
  pid: number;
  /** Open only with `openInput`. */
  stdin: Writable | null;
  /** Settles after the exit, when all its output was handed over. Never rejects. */
  exited: Promise<ProcessExit>;
  /** SIGTERM, then SIGKILL after `graceMs` (300): the process, its group and all its descendants. Safe to call twice. */
  kill(graceMs?: number): Promise<void>;
}

let spared: string | null = null;

/**
 * Says by which mark this program's own processes are known, as its git: whoever ends what stands in a folder lets them come to their own end,
 * for others wait for what they do.
 */
export function spareMark(mark: string): void {
  spared = `${MARK_NAME}=${mark}`;
}

const living = new Map<number, string>();
const listeners = new Set<(pid: number, mark: string) => void>();

/** Calls `listener` for each process that is started from now on: the life writes them down. */
export function onSpawned(listener: (pid: number, mark: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Starts a process in a group of its own. What goes wrong is in `exited`, never thrown. */
export function spawnMarked(options: SpawnOptions): MarkedProcess {
  const mark = options.env[MARK_NAME];
  if (!mark) throw new Error(`A process without ${MARK_NAME} could not be found again`);
  const own = randomBytes(8).toString('hex');
  const takesInput = options.input !== undefined || options.openInput === true;
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: { ...options.env, [PROCESS_NAME]: own },
    detached: true,
    stdio: [takesInput ? 'pipe' : 'ignore', options.onStdout ? 'pipe' : 'ignore', options.onStderr ? 'pipe' : 'ignore'],
  });
  const pid = child.pid ?? 0;
  if (pid > 0) {
    living.set(pid, mark);
    lowerPriority(pid);
    for (const listener of listeners) listener(pid, mark);
  }
  connect(child, options);
  const exited = exitOf(child).finally(() => living.delete(pid));
  return { pid, stdin: options.openInput ? child.stdin : null, exited, kill: (graceMs = 300) => killOne(pid, own, graceMs) };
}

/**
 * Ends every process of a mark: those whose environment holds SPECWRIGHT_MARK=<mark> (or <mark>:anything), and with
 * `folder` those that stand in it, but for this program's own (`spareMark`). SIGTERM, then SIGKILL after `graceMs`; all are dead within a second.
 * Where /proc is not there (macOS) the process groups started here are ended.
 * @returns how many were found alive.
 */
export async function killMarked(mark: string, graceMs = 300, folder: string | null = null): Promise<number> {
  const groups = [...living].filter(([, its]) => its === mark || its.startsWith(`${mark}:`)).map(([pid]) => pid);
  return killProcesses({ entry: `${MARK_NAME}=${mark}`, folder, spare: spared }, groups, graceMs);
}

async function killOne(pid: number, own: string, graceMs: number): Promise<void> {
  if (pid > 0) await killProcesses({ entry: `${PROCESS_NAME}=${own}`, folder: null }, [pid], graceMs);
}

function connect(child: ChildProcess, options: SpawnOptions): void {
  if (options.onStdout) child.stdout?.on('data', options.onStdout);
  if (options.onStderr) child.stderr?.on('data', options.onStderr);
  // A process may end before it has read its input: the broken pipe says nothing that its exit does not.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.on('error', () => {});
  if (options.input !== undefined && !options.openInput) child.stdin?.end(options.input);
}

function exitOf(child: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, spawnError: error.code ?? error.message });
    });
    child.once('exit', (code, signal) => {
      const settle = () => {
        clearTimeout(timer);
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve({ code, signal, spawnError: null });
      };
      const timer = setTimeout(settle, OUTPUT_AFTER_EXIT_MS);
      child.once('close', settle);
    });
  });
}

/** Ends what a finished process left in its group; cheap enough to do after each one. */
export function sweepGroup(pid: number): void {
  signalGroup(pid, 'SIGKILL');
}
