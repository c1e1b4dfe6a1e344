import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { faultOf, type GitFault, gitEnvironment } from './git.ts';

/** Moves refs of one repository, each time all of them or none. */
export interface RefWriter {
  /** Lines as `git update-ref --stdin` takes them. Throws GitFault; then nothing was moved. */
  move(lines: string[]): Promise<void>;
  close(): void;
}

const ANSWER_WITHIN_MS = 60_000;
/** By then an agent is at work, and nobody waits for this machine. */
const READY_AFTER_MS = 150;

/**
 * One `git update-ref` that stays: it is started a little later, or by the first move, ends with its input (so with this process),
 * and is started anew after a refusal, at which git ends it.
 */
export function openRefWriter(cwd: string, env: Record<string, string> = {}): RefWriter {
  let current: Conversation | null = null;
  let line: Promise<unknown> = Promise.resolve();
  const talk = () => {
    current ??= converse(cwd, env, () => {
      current = null;
    });
    return current;
  };
  const soon = setTimeout(talk, READY_AFTER_MS);
  soon.unref();
  const moveNow = (lines: string[]) => talk().ask(['start', ...lines, 'prepare', 'commit']);
  return {
    move(lines) {
      const moved = line.then(() => moveNow(lines));
      line = moved.catch(() => {});
      return moved;
    },
    close() {
      clearTimeout(soon);
      current?.end();
    },
  };
}

interface Conversation {
  /** Settles when git has said that the transaction is committed. */
  ask(lines: string[]): Promise<void>;
  end(): void;
}

function converse(cwd: string, env: Record<string, string>, onEnd: () => void): Conversation {
  const child: ChildProcessWithoutNullStreams = spawn('git', ['update-ref', '--stdin'], { cwd, env: { ...gitEnvironment(), ...env } });
  let said = '';
  let errors = '';
  let waiting: { done(): void; failed(fault: GitFault): void } | null = null;
  child.stdout.on('data', (data) => {
    said += data;
    if (!said.includes('commit: ok\n')) return;
    said = '';
    waiting?.done();
    waiting = null;
  });
  child.stderr.on('data', (data) => {
    errors = (errors + data).slice(-8000);
  });
  child.stdin.on('error', () => {});
  const fail = (error: Error | null) => {
    onEnd();
    waiting?.failed(faultOf('update-ref', errors, error));
    waiting = null;
  };
  child.once('error', fail);
  child.once('close', () => fail(null));
  // What waits for a task of its own keeps this process alive, never an idle git.
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as { unref?(): void }).unref?.();
  return {
    ask(lines) {
      return new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => child.kill('SIGKILL'), ANSWER_WITHIN_MS);
        const settle = (then: () => void) => {
          clearTimeout(timer);
          then();
        };
        waiting = { done: () => settle(resolve), failed: (fault) => settle(() => reject(fault)) };
        child.stdin.write(`${lines.join('\n')}\n`);
      });
    },
    end() {
      onEnd();
      child.stdin.end();
    },
  };
}
