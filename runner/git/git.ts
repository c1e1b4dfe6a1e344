import { execFile } from 'node:child_process';
import type { FailureCode } from '@specwright/protocol/runner-fact.ts';
import { MARK_NAME, spareMark } from '../process/marked-process.ts';
import { type GitShells, openGitShells } from './git-shell.ts';

/** The edge to git broke: what a person should do stands in the message. */
export class GitFault extends Error {
  readonly code: FailureCode;
  /** What git itself said; empty when the fault was found without asking it. */
  readonly said: string;
  constructor(code: FailureCode, message: string, said = '') {
    super(message);
    this.code = code;
    this.said = said;
  }
}

export interface GitOptions {
  /** The folder git stands in. */
  cwd: string;
  input?: string;
  env?: Record<string, string>;
  /** Exit codes that are an answer, not a fault. */
  accept?: number[];
  maxBytes?: number;
  timeoutMs?: number;
}

export interface GitAnswer {
  exitCode: number;
  stdout: string;
  stderr: string;
}

const FIXED: [string, string][] = [
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['receive.autogc', 'false'],
  ['commit.gpgsign', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.quotePath', 'false'],
  ['core.fsmonitor', 'false'],
  ['core.longpaths', 'true'],
  ['advice.detachedHead', 'false'],
  ['protocol.ext.allow', 'never'],
  ['submodule.recurse', 'false'],
  ['safe.directory', '*'],
];

/** Names that would send git to another repository than the one it is told. */
const FORBIDDEN =
  /^(GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|NAMESPACE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|CONFIG.*|AUTHOR_.*|COMMITTER_.*|EDITOR|PAGER|TRACE.*|QUARANTINE_PATH|PREFIX)|SPECWRIGHT_.*)$/;

let mark = 'git';
let shells: GitShells | null = null;

/** Every git process carries this mark, so that the next life can end what a killed one left. */
export function markGit(its: string): void {
  mark = its;
  spareMark(its);
  shells?.close();
  shells = null;
}

/** Runs git with arguments as they are, never asking anything. Throws GitFault INTERNAL for exit codes outside `accept`. */
export function git(args: string[], options: GitOptions): Promise<GitAnswer> {
  const { input = '' } = options;
  return input.length > MOST_QUOTED || input.includes('\0') ? gitWithInput(args, options) : gitInTurn([args], options);
}

/** The same for several commands, one after the other, to the first that fails; answers what all of them said. `input` is the first one's. */
export async function gitInTurn(commands: string[][], options: GitOptions): Promise<GitAnswer> {
  shells ??= openGitShells(gitEnvironment());
  const limits = { maxBytes: options.maxBytes ?? MAX_BYTES, timeoutMs: options.timeoutMs ?? TIMEOUT_MS };
  const name = commands.map(([first]) => first).join(', ');
  const its = { cwd: options.cwd, commands, input: options.input ?? null, env: options.env ?? {}, ...limits };
  const answer = await shells.run(its).catch((error: Error) => {
    throw faultOf(name, '', error);
  });
  if (answer.exitCode === 0 || options.accept?.includes(answer.exitCode)) return answer;
  throw faultOf(name, answer.stderr, null);
}

/** Longer input, and one that no shell can quote, goes through a pipe of its own. */
const MOST_QUOTED = 16_384;

const MAX_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 600_000;

function gitWithInput(args: string[], options: GitOptions): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const env = { ...gitEnvironment(), ...options.env };
    const limits = { maxBuffer: options.maxBytes ?? MAX_BYTES, timeout: options.timeoutMs ?? TIMEOUT_MS, killSignal: 'SIGKILL' as const };
    const child = execFile('git', args, { cwd: options.cwd, env, ...limits }, (error, stdout, stderr) => {
      const exitCode = error ? ((error as { code?: unknown }).code ?? null) : 0;
      if (typeof exitCode === 'number' && (exitCode === 0 || options.accept?.includes(exitCode))) resolve({ exitCode, stdout, stderr });
      else reject(faultOf(args[0] ?? '', stderr, error));
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
  });
}

/** The same, answering only the trimmed output. */
export async function gitText(args: string[], options: GitOptions): Promise<string> {
  return (await git(args, options)).stdout.trim();
}

let base: Record<string, string> | null = null;

/** What every git process is started with. */
export function gitEnvironment(): Record<string, string> {
  base ??= makeEnvironment(process.env);
  return { ...base, [MARK_NAME]: mark };
}

function makeEnvironment(source: NodeJS.ProcessEnv): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) if (value !== undefined && !FORBIDDEN.test(name)) env[name] = value;
  env.GIT_TERMINAL_PROMPT = '0';
  env.GIT_ASKPASS = 'true';
  env.SSH_ASKPASS = 'true';
  env.GIT_SSH_COMMAND ??= 'ssh -oBatchMode=yes';
  env.GIT_EDITOR = 'true';
  env.GIT_OPTIONAL_LOCKS = '0';
  env.LC_ALL = 'C';
  env.GIT_CONFIG_COUNT = String(FIXED.length);
  FIXED.forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return env;
}

/** The fault that a git command's end tells. */
export function faultOf(command: string, stderr: string, error: Error | null): GitFault {
  const said = stderr.trim() || error?.message || 'no answer';
  if (/No space left on device|disk quota exceeded/i.test(said))
    return new GitFault('DISK_FULL', 'The disk of this machine is full.', said);
  if ((error as NodeJS.ErrnoException | null)?.code === 'ENOENT' || /^(\/bin\/)?sh: \d+: (cd: can't cd|git: not found)/.test(said))
    return new GitFault('INTERNAL', 'git, or the folder it was to work in, is not there.', said);
  return new GitFault('INTERNAL', `git ${command} failed: ${firstLine(said)}`, said);
}

/** The first line that says something, for a sentence to a person. */
export function firstLine(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.find((line) => /^(fatal|error|remote: error|.*\[(remote )?rejected\])/.test(line)) ?? lines[0] ?? '';
  return telling.slice(0, 500);
}

const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** Names that came over the wire may not become options or other refs. */
export function checkCommit(text: string): string {
  if (!COMMIT.test(text)) throw new GitFault('INTERNAL', `Not a commit: ${text.slice(0, 80)}`);
  return text;
}

/** What git-check-ref-format(1) forbids. */
const NO_BRANCH = /[\s~^:?*[\\]|\.\.|@\{|\/\/|\.lock(\/|$)|^\/|\/$|\.$|(^|\/)\./;
/** Controls, spaces of every script, marks of direction and of no width, halves of characters: a person can't see them. */
const UNSEEN = /[\p{C}\p{Z}]/u;
/** With `refs/heads/` and a lock's ending it must be a file's name. */
const MOST_NAME_BYTES = 230;

/** A branch as a full ref name; refuses what git would not take or what could mean something else. */
export function branchRef(name: string): string {
  if (
    name === '' ||
    name === '@' ||
    name.startsWith('-') ||
    Buffer.byteLength(name) > MOST_NAME_BYTES ||
    NO_BRANCH.test(name) ||
    UNSEEN.test(name)
  )
    throw new GitFault(
      'REPOSITORY_BROKEN',
      `"${name.replace(new RegExp(UNSEEN, 'gu'), '?').slice(0, 100)}" cannot be the name of a branch.`,
    );
  return `refs/heads/${name}`;
}

/** A part of a ref's path made from an id. */
export function refPart(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 100) || '-';
}
