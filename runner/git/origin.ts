import { realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import type { Repository } from '@specwright/protocol/run-plan.ts';
import { branchRef, firstLine, GitFault, git } from './git.ts';

/** The person's repository, as a place to fetch from and publish to. Nothing in it is ever changed but the run's branch. */
export type Origin =
  | {
      kind: 'path';
      /** What git is given as the remote: a real path. */
      address: string;
      /** Its git folder, that of all its worktrees. */
      common: string;
      bare: boolean;
      format: 'sha1' | 'sha256';
    }
  | { kind: 'url'; address: string };

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
  const refs = branches.map(branchRef);
  return origin.kind === 'path' ? viewFolder(origin.address, refs) : viewRemote(origin, refs, cwd);
}

async function viewRemote(origin: Origin, refs: string[], cwd: string): Promise<OriginView> {
  const args = ['ls-remote', '--symref', UPLOAD_PACK, '--', origin.address, 'HEAD', ...refs];
  const { stdout } = await git(args, { cwd, timeoutMs: 60_000 }).catch((fault: GitFault) => {
    throw new GitFault('REPOSITORY_MISSING', unreachable(origin, fault.said), fault.said);
  });
  return readView(stdout);
}

/** A folder is asked without a transport: that is quicker, and an empty one tells its HEAD too. */
async function viewFolder(folder: string, refs: string[]): Promise<OriginView> {
  const [head, shown] = await Promise.all([
    git(['symbolic-ref', '-q', '--short', 'HEAD'], { cwd: folder, accept: [1, 128] }),
    git(['show-ref', '--head', '--', 'HEAD', ...refs], { cwd: folder, accept: [1] }),
  ]);
  const view = readView(shown.stdout.replaceAll(' ', '\t'));
  return { ...view, headBranch: head.exitCode === 0 ? head.stdout.trim() : null };
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

async function findFolder(path: string): Promise<Origin> {
  const given = path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path;
  const full = isAbsolute(given) ? given : resolve(given);
  if (!isFolder(full)) throw new GitFault('REPOSITORY_MISSING', `There is no folder ${full} on this machine.`);
  // The top comes last: a bare repository has none, and git ends there.
  const asked = ['--is-bare-repository', '--path-format=absolute', '--git-common-dir', '--show-object-format', '--show-toplevel'];
  const answer = await git(['rev-parse', ...asked], { cwd: full, accept: [128] });
  const [bare, common, format, top] = answer.stdout.split('\n');
  if (!common || (bare !== 'true' && answer.exitCode !== 0)) {
    throw new GitFault(
      'REPOSITORY_MISSING',
      `${full} is not a git repository. Make it one: git init && git add -A && git commit -m "Begin"`,
      answer.stderr,
    );
  }
  const address = realpathSync(bare === 'true' || !top ? full : top);
  return { kind: 'path', address, common: realpathSync(common), bare: bare === 'true', format: format === 'sha256' ? 'sha256' : 'sha1' };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

const SAFE_URL = /^(https?|ssh|git|file):\/\/[^\s-][^\s]*$|^[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+:[^\s-][^\s]*$/;

/** An address that git may be given. Throws GitFault REPOSITORY_BROKEN. */
export function checkUrl(url: string): string {
  const text = url.trim();
  if (!SAFE_URL.test(text)) {
    throw new GitFault(
      'REPOSITORY_BROKEN',
      `"${withoutSecret(text).slice(0, 200)}" is not an address git may be given here: use https, ssh, git or file.`,
    );
  }
  return text;
}
