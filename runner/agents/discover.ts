import { execFile } from 'node:child_process';
import type { AnnounceLife } from '@specwright/protocol/pull.ts';
import { findContainment } from '../process/bubblewrap.ts';
import { findClaudePath, findOnPath } from './find-program.ts';
import { findOpencode } from './opencode/binary.ts';

type Found = AnnounceLife['found'][number];
type Environment = Record<string, string | undefined>;

const VERSION_MS = 3000;
const NOT_CONTAINED = 'bubblewrap is not installed: shell commands of agents can write outside their worktree.';
const KEYS = ['ZHIPU_API_KEY', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'OPENROUTER_API_KEY', 'SPECWRIGHT_MODEL_KEY'];

/** What this machine has: git, opencode, claude, model keys (by name, never by value), bubblewrap. Takes well under a second. */
export async function discover(input: { environment: Environment }): Promise<Found[]> {
  const { environment } = input;
  return Promise.all([
    findGit(environment),
    findOpencodeHere(environment),
    findClaude(environment),
    findKeys(environment),
    findBubblewrap(environment),
  ]);
}

async function findGit(environment: Environment): Promise<Found> {
  const version = (await versionOf('git', environment))?.match(/\d+\.[\d.]+/)?.[0] ?? null;
  const detail = version === null ? 'git is not on PATH.' : null;
  return { name: 'git', version, detail, ok: version !== null };
}

/** The packaged version is known without starting it; a named one tells its own when its server starts. */
async function findOpencodeHere(environment: Environment): Promise<Found> {
  if (environment.OPENCODE_URL)
    return { name: 'opencode', version: null, detail: `attached to ${hideLogin(environment.OPENCODE_URL)}`, ok: true };
  const binary = findOpencode(null, environment);
  if (binary === null) {
    const detail = environment.OPENCODE_PATH
      ? 'OPENCODE_PATH names no file.'
      : `no packaged binary for ${process.platform}-${process.arch}`;
    return { name: 'opencode', version: null, detail, ok: false };
  }
  return { name: 'opencode', version: binary.version, detail: environment.OPENCODE_PATH ? 'from OPENCODE_PATH' : null, ok: true };
}

async function findClaude(environment: Environment): Promise<Found> {
  const found = await findClaudePath(null, environment);
  if (found === null) return { name: 'claude', version: null, detail: 'not on PATH (optional)', ok: false };
  const version = (await versionOf(found, environment))?.match(/\d+\.[\d.]+/)?.[0] ?? null;
  return { name: 'claude', version, detail: version === null ? 'found, but it does not tell its version' : null, ok: version !== null };
}

async function findKeys(environment: Environment): Promise<Found> {
  const names = KEYS.filter((name) => environment[name]);
  const url = environment.SPECWRIGHT_MODEL_URL ? [`SPECWRIGHT_MODEL_URL (${hideLogin(environment.SPECWRIGHT_MODEL_URL)})`] : [];
  const all = [...names, ...url];
  if (all.length > 0) return { name: 'model key', version: null, detail: all.join(', '), ok: true };
  const detail =
    environment.SPECWRIGHT_NO_DEMO === '1'
      ? `none: set one of ${KEYS.join(', ')}, or SPECWRIGHT_MODEL_URL, and start again`
      : 'none: a demo model answers';
  return { name: 'model key', version: null, detail, ok: false };
}

async function findBubblewrap(environment: Environment): Promise<Found> {
  const found = (detail: string, ok = false): Found => ({ name: 'bubblewrap', version: null, detail, ok });
  if (environment.SPECWRIGHT_CONTAIN === '0')
    return found('turned off by SPECWRIGHT_CONTAIN=0: what agents’ shells write is not contained.');
  const program = await findOnPath('bwrap', environment);
  if (program === null) return found(NOT_CONTAINED);
  const { kind, detail } = await findContainment(program);
  return found(detail, kind === 'bubblewrap');
}

function versionOf(program: string, environment: Environment): Promise<string | null> {
  const env = { PATH: environment.PATH ?? '', HOME: environment.HOME ?? '', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' };
  return new Promise((resolve) => {
    execFile(program, ['--version'], { timeout: VERSION_MS, env }, (error, stdout) => resolve(error ? null : stdout));
  });
}

function hideLogin(address: string): string {
  return URL.canParse(address) ? new URL(address).host : 'an address';
}
