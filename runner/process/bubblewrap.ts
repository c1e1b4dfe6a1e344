import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';

/** How shell writes of agents are contained on this machine. */
export interface Containment {
  kind: 'bubblewrap' | 'none';
  /** A sentence for people, shown in what the runner found. */
  detail: string;
  /** The command line that runs `command` so that it can write only in `writable` folders and the temporary ones. */
  wrap(command: string, args: string[], writable: string[]): { command: string; args: string[] };
}

const NONE: Omit<Containment, 'detail'> = { kind: 'none', wrap: (command, args) => ({ command, args }) };

/** Looks whether `bwrap` is there and may make namespaces here (containers often forbid it). Takes at most 3 s. */
export async function findContainment(program = 'bwrap'): Promise<Containment> {
  const tried = await tryToRun(program, ['--ro-bind', '/', '/', '--dev', '/dev', 'true']);
  if (tried === 'absent')
    return { ...NONE, detail: 'bubblewrap is not installed: shell commands of agents can write outside their worktree.' };
  if (tried === 'refused')
    return { ...NONE, detail: 'bubblewrap is installed but may not make namespaces here: shell writes are not contained.' };
  return {
    kind: 'bubblewrap',
    detail: 'Shell commands of agents can write only in their worktree, their home and /tmp.',
    wrap: wrapWith(program),
  };
}

function wrapWith(program: string): Containment['wrap'] {
  return (command, args, writable) => {
    const binds = writable.flatMap((folder) => ['--bind', realpathSync(folder), realpathSync(folder)]);
    const temporary = process.env.TMPDIR && process.env.TMPDIR !== '/tmp' ? ['--bind-try', process.env.TMPDIR, process.env.TMPDIR] : [];
    // No --unshare-pid: the processes must stay visible to the killer, and no --die-with-parent: that one is the killer's work too.
    const fixed = ['--ro-bind', '/', '/', '--dev-bind', '/dev', '/dev', '--bind', '/tmp', '/tmp'];
    return { command: program, args: [...fixed, ...temporary, ...binds, '--', command, ...args] };
  };
}

const TRY_MS = 3000;

function tryToRun(program: string, args: string[]): Promise<'usable' | 'absent' | 'refused'> {
  return new Promise((resolve) => {
    // The limit is kept here: that of `spawn` goes on waiting, and with it this process, for a program that is not there.
    const child = spawn(program, args, { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), TRY_MS);
    const settle = (answer: 'usable' | 'absent' | 'refused') => {
      clearTimeout(timer);
      resolve(answer);
    };
    child.once('error', () => settle('absent'));
    child.once('exit', (code) => settle(code === 0 ? 'usable' : 'refused'));
  });
}
