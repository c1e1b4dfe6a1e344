import { realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import type { Repository } from '@specwright/protocol/run-plan.ts';
import { branchRef, firstLine, GitFault, git, gitText } from './git.ts';

/** The person's repository, as a place to fetch from and publish to. Nothing in it is ever changed but the run's branch. */
export interface Origin {
  kind: 'path' | 'url';
  /** What git is given as the remote: a real path or the URL. */
  address: string;
}

/** What the origin has of the branches that were asked for. */
export interface OriginView {
  /** The branch that HEAD names; null: detached. */
  headBranch: string | null;
  head: string | null;
  /** Commits by full ref name. */
  refs: Record<string, string>;
}

/** Local transports drop the caller's settings: owner checks, hooks and gc of the person's repository are set here again. */
export const UPLOAD_PACK = `--upload-pack=git -c 'safe.directory=*' upload-pack`;
export const RECEIVE_PACK = `--receive-pack=git -c 'safe.directory=*' -c receive.autogc=false -c core.hooksPath=/dev/null receive-pack`;

/** Finds the repository. Refusals: REPOSITORY_MISSING (no such folder, no git there), REPOSITORY_BROKEN (an address that git may not be given). */
export async function findOrigin(repository: Repository): Promise<Origin> {
  return repository.kind === 'path' ? findFolder(repository.path) : { kind: 'url', address: checkUrl(repository.url) };
}

/** Asks the origin for its HEAD and some branches (names without refs/heads/). REPOSITORY_MISSING when it does not answer. */
export async function viewOrigin(origin: Origin, branches: string[], cwd: string): Promise<OriginView> {
  const wanted = ['HEAD', ...branches.map(branchRef)];
  const args = ['ls-remote', '--symref', UPLOAD_PACK, '--', origin.address, ...wanted];
  const { stdout } = await git(args, { cwd, timeoutMs: 60_000 }).catch((fault: GitFault) => {
    throw new GitFault('REPOSITORY_MISSING', unreachable(origin, fault.said), fault.said);
  });
  return { ...readView(stdout), ...(origin.kind === 'path' ? await localHead(origin) : {}) };
}

function unreachable(origin: Origin, said: string): string {
  const what = origin.kind === 'path' ? `The repository in ${origin.address}` : `The repository ${withoutSecret(origin.address)}`;
  return `${what} does not answer: ${withoutSecret(firstLine(said))}. Check the address, and that git can read it from this machine without being asked for a password.`;
}

/** Cuts user and password out of a URL, for messages. */
export function withoutSecret(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/@\s]*@/gi, '$1');
}

function readView(stdout: string): OriginView {
  const view: OriginView = { headBranch: null, head: null, refs: {} };
  for (const line of stdout.split('\n')) {
    const symref = /^ref: refs\/heads\/(.+)\tHEAD$/.exec(line);
    const ref = /^([0-9a-f]{40,64})\t(.+)$/.exec(line);
    if (symref?.[1]) view.headBranch = symref[1];
    else if (ref?.[1] && ref[2] === 'HEAD') view.head = ref[1];
    else if (ref?.[1] && ref[2]) view.refs[ref[2]] = ref[1];
  }
  return view;
}

/** An empty repository says nothing of its HEAD over the wire; a folder can be asked itself. */
async function localHead(origin: Origin): Promise<Partial<OriginView>> {
  const { exitCode, stdout } = await git(['symbolic-ref', '-q', '--short', 'HEAD'], { cwd: origin.address, accept: [1, 128] });
  return exitCode === 0 ? { headBranch: stdout.trim() } : { headBranch: null };
}

async function findFolder(path: string): Promise<Origin> {
  const given = path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path;
  const full = isAbsolute(given) ? given : resolve(given);
  if (!isFolder(full)) throw new GitFault('REPOSITORY_MISSING', `There is no folder ${full} on this machine.`);
  const args = ['rev-parse', '--is-bare-repository', '--show-toplevel'];
  const answer = await git(args, { cwd: full, accept: [128] });
  if (answer.stdout.startsWith('true')) return { kind: 'path', address: realpathSync(full) };
  if (answer.exitCode !== 0) {
    throw new GitFault(
      'REPOSITORY_MISSING',
      `${full} is not a git repository. Make it one: git init && git add -A && git commit -m "Begin"`,
      answer.stderr,
    );
  }
  const top = answer.stdout.split('\n')[1]?.trim();
  return { kind: 'path', address: realpathSync(top || full) };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

const SAFE_URL = /^(https?|ssh|git|file):\/\/[^\s-][^\s]*$|^[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+:[^\s-][^\s]*$/;

function checkUrl(url: string): string {
  const text = url.trim();
  if (!SAFE_URL.test(text)) {
    throw new GitFault(
      'REPOSITORY_BROKEN',
      `"${withoutSecret(text).slice(0, 200)}" is not an address git may be given here: use https, ssh, git or file.`,
    );
  }
  return text;
}

/** The folder that holds the hooks of a path repository, as its configuration names it; null for URLs. */
export async function originHooksPath(origin: Origin): Promise<{ configured: string | null; own: string } | null> {
  if (origin.kind === 'url') return null;
  const common = await gitText(['rev-parse', '--path-format=absolute', '--git-common-dir'], { cwd: origin.address });
  // The fixed setting of hooks would answer for the person's own: ask the files alone.
  const scopes = await Promise.all(
    ['--local', '--global'].map((scope) =>
      git(['config', scope, '--get', 'core.hooksPath'], { cwd: origin.address, accept: [1, 128, 255] }),
    ),
  );
  return { configured: scopes.map((scope) => scope.stdout.trim()).find((path) => path !== '') ?? null, own: `${common}/hooks` };
}
