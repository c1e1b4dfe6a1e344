import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { hidingArguments } from './hidden-files.ts';

/** How shell writes of agents are contained on this machine. */
export interface Containment {
  kind: 'bubblewrap' | 'none';
  /** A sentence for people, shown in what the runner found. */
  detail: string;
  /** The command line that runs `command` so that it can write only in `writable` folders and the temporary ones; never in `closed`, wherever they stand. */
  wrap(command: string, args: string[], writable: string[], closed?: string[]): { command: string; args: string[] };
}

const NONE: Omit<Containment, 'detail'> = { kind: 'none', wrap: (command, args) => ({ command, args }) };
const UNCONTAINED = 'shell commands of agents can write outside their worktree';

/**
 * Looks whether `program` (bwrap) is there and may make namespaces here, which containers and hardened kernels forbid:
 * by running it as agents are run. Takes at most 3 s.
 */
export async function findContainment(program = 'bwrap'): Promise<Containment> {
  const { command, args } = wrapWith(program)('true', [], [tmpdir()]);
  const tried = await tryToRun(command, args);
  if (tried.kind === 'absent') return { ...NONE, detail: `bubblewrap is not installed: ${UNCONTAINED}.` };
  if (tried.kind === 'refused')
    return { ...NONE, detail: `bubblewrap is installed but cannot be used here (${tried.reason}): ${UNCONTAINED}.` };
  return {
    kind: 'bubblewrap',
    detail: 'Shell commands of agents can write only in their worktree, their home and /tmp.',
    wrap: wrapWith(program),
  };
}

/** Root keeps its capabilities under bwrap, and could make the file system writable again with these, or reach it through another process. */
const ROOT_LOSES = ['SYS_ADMIN', 'SYS_PTRACE', 'SYS_CHROOT', 'SYS_MODULE', 'SYS_RAWIO', 'MKNOD'];

function wrapWith(program: string): Containment['wrap'] {
  const root = process.getuid?.() === 0;
  return (command, args, writable, closed = []) => {
    const bindAs = (how: string) => (folder: string) => [how, realpathSync(folder), realpathSync(folder)];
    const binds = [...writable.flatMap(bindAs('--bind')), ...closed.flatMap(bindAs('--ro-bind'))];
    const temporary = process.env.TMPDIR && process.env.TMPDIR !== '/tmp' ? ['--bind-try', process.env.TMPDIR, process.env.TMPDIR] : [];
    // No --unshare-pid: the processes must stay visible to the killer, and no --die-with-parent: that one is the killer's work too.
    const fixed = ['--ro-bind', '/', '/', '--dev', '/dev', '--bind', '/tmp', '/tmp'];
    // Browsers under test make namespaces of their own, and write below /proc for it. Root would reach the kernel's settings there.
    const rights = root ? ROOT_LOSES.flatMap((name) => ['--cap-drop', `CAP_${name}`]) : ['--bind', '/proc', '/proc'];
    return { command: program, args: [...fixed, ...rights, ...temporary, ...binds, ...hidingArguments(), '--', command, ...args] };
  };
}

const TRY_MS = 3000;

type Tried = { kind: 'usable' | 'absent' } | { kind: 'refused'; reason: string };

function tryToRun(program: string, args: string[]): Promise<Tried> {
  return new Promise((resolve) => {
    // The limit is kept here: that of `spawn` goes on waiting, and with it this process, for a program that is not there.
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(0, 2000);
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), TRY_MS);
    const settle = (answer: Tried) => {
      clearTimeout(timer);
      resolve(answer);
    };
    child.once('error', () => settle({ kind: 'absent' }));
    child.once('close', (code, signal) => {
      if (code === 0) return settle({ kind: 'usable' });
      const first = said
        .split('\n')[0]
        ?.replace(/^bwrap: /, '')
        .trim();
      settle({ kind: 'refused', reason: first || (signal === null ? `exit code ${code}` : `no answer within ${TRY_MS / 1000} s`) });
    });
  });
}
