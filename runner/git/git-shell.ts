import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { signalGroup } from '../process/kill-processes.ts';
import { lowerPriority } from '../process/lower-priority.ts';

export interface ShellCommand {
  cwd: string;
  /** Arguments of git, command by command: each is carried out when the one before it has ended well. */
  commands: string[][];
  /** Standard input of the first; null: none. */
  input: string | null;
  env: Record<string, string>;
  maxBytes: number;
  timeoutMs: number;
}

export interface ShellAnswer {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** The shell ended before git did: killed at a limit, or from outside. */
export class ShellEnded extends Error {}

/**
 * Starts git from small shells that stay. To fork a process as large as this one costs milliseconds, by its pages; a
 * shell has next to none. Each shell carries out one command at a time; it ends with its input, so with this process.
 */
export interface GitShells {
  run(command: ShellCommand): Promise<ShellAnswer>;
  /** Lets the idle ones end, and those at work once they are done. */
  close(): void;
}

/** More at once than the cores carry make nothing quicker; above these a command waits for one to be free. */
const KEPT = Math.max(4, 2 * availableParallelism());
/** So long: those at work may fetch over a slow network. Then it gets one that ends with it. */
const WAIT_MS = 100;

export function openGitShells(environment: Record<string, string>): GitShells {
  const idle: Shell[] = [];
  const waiting: ((shell: Shell) => void)[] = [];
  let working = 0;
  let closed = false;
  const start = () => startShell(environment);
  const afterAnother = () =>
    new Promise<Shell>((given) => {
      const take = (shell: Shell) => {
        clearTimeout(timer);
        given(shell);
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(take), 1);
        given(start());
      }, WAIT_MS);
      waiting.push(take);
    });
  const giveBack = (shell: Shell) => {
    if (!shell.lives()) return;
    const next = waiting.shift();
    if (next) next(shell);
    else if (closed || idle.length + working >= KEPT) shell.end();
    else idle.push(shell);
  };
  return {
    async run(command) {
      // One that was killed while it was idle would never answer.
      const shell = takeLiving(idle) ?? (working < KEPT ? start() : await afterAnother());
      working += 1;
      try {
        return await shell.run(command);
      } finally {
        working -= 1;
        giveBack(shell);
      }
    },
    close() {
      closed = true;
      for (const shell of idle.splice(0)) shell.end();
    },
  };
}

function takeLiving(idle: Shell[]): Shell | undefined {
  let shell = idle.pop();
  while (shell !== undefined && !shell.lives()) shell = idle.pop();
  return shell;
}

interface Shell {
  run(command: ShellCommand): Promise<ShellAnswer>;
  lives(): boolean;
  end(): void;
}

interface Running {
  command: ShellCommand;
  out: Buffer[];
  errors: Buffer[];
  bytes: number;
  settle(answer: ShellAnswer | Error): void;
}

function startShell(environment: Record<string, string>): Shell {
  const child: ChildProcessWithoutNullStreams = spawn('/bin/sh', [], { env: environment, cwd: '/', detached: true });
  if (child.pid !== undefined) lowerPriority(child.pid);
  const mark = randomBytes(16).toString('hex');
  let running: Running | null = null;
  let living = true;
  const fail = (why: string) => {
    living = false;
    running?.settle(new ShellEnded(why));
    running = null;
  };
  const kill = (why: string) => {
    fail(why);
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  };
  const look = () => {
    if (running === null) return;
    const out = ended(running.out, mark);
    const errors = ended(running.errors, mark);
    if (out === null || errors === null) return;
    const its = running;
    running = null;
    its.settle({ exitCode: Number(out.rest), stdout: out.text, stderr: errors.text });
  };
  const take = (into: 'out' | 'errors') => (data: Buffer) => {
    if (running === null) return;
    running[into].push(data);
    running.bytes += data.length;
    if (running.bytes > running.command.maxBytes) kill('maxBuffer length exceeded');
    else look();
  };
  child.stdout.on('data', take('out'));
  child.stderr.on('data', take('errors'));
  child.stdin.on('error', () => {});
  child.once('error', (error) => fail(error.message));
  child.once('close', () => fail('the shell was ended'));
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as { unref?(): void }).unref?.();
  return {
    lives: () => living,
    end: () => child.stdin.end(),
    run(command) {
      return new Promise((resolve, reject) => {
        // This timer also keeps the process alive until the answer: an idle shell does not.
        const timer = setTimeout(() => kill('it took too long'), command.timeoutMs);
        const settle = (answer: ShellAnswer | Error) => {
          clearTimeout(timer);
          if (answer instanceof Error) reject(answer);
          else resolve(answer);
        };
        running = { command, out: [], errors: [], bytes: 0, settle };
        child.stdin.write(scriptOf(command, mark));
      });
    },
  };
}

/**
 * The commands, their end told on both outputs by a mark that nothing git prints can hold. The shell has left the folder by then: whoever
 * ends all that stands in a worktree must not find it there.
 */
function scriptOf({ cwd, commands, input, env }: ShellCommand, mark: string): string {
  const assignments = Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`);
  const asWords = (args: string[]) => [...assignments, 'git', ...args.map(quote)].join(' ');
  const given = (at: number) => (at === 0 && input !== null ? `printf %s ${quote(input)} |` : '</dev/null');
  const script = commands.map((args, at) => `${given(at)} ${asWords(args)}`).join(' && ');
  return `cd ${quote(cwd)} && ${script}; ended=$?; cd /; printf '\\n${mark} %s\\n' $ended; printf '\\n${mark} \\n' >&2\n`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Null: the mark has not come yet. It is written at once, so it stands in the last two parts. */
function ended(parts: Buffer[], mark: string): { text: string; rest: string } | null {
  const end = Buffer.concat(parts.slice(-2));
  if (end.at(-1) !== 10 || !end.includes(`\n${mark} `)) return null;
  const whole = Buffer.concat(parts);
  const at = whole.lastIndexOf(`\n${mark} `);
  return { text: whole.subarray(0, at).toString('utf8'), rest: whole.subarray(at + mark.length + 2).toString('utf8') };
}
