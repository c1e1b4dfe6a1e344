import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FailureCode } from '@specwright/protocol/runner-fact.ts';
import type { Clone } from '../git/clone.ts';
import { branchRef, checkCommit, firstLine, type GitFault, git, refPart } from '../git/git.ts';
import { RECEIVE_PACK, withoutSecret } from '../git/origin.ts';
import { publish } from '../git/publish.ts';

interface Landing {
  branch: string;
  commit: string;
  /** Where the branch stands there; another place refuses the landing. */
  expected: string;
  runId: string;
}

type Refused = { code: FailureCode; message: string };

/**
 * Puts a commit onto a branch of the person's repository. A branch that is checked out moves together with its files, and only by fast-forward; then it
 * goes to the remote that the branch follows, if there is one. Null: it stands there.
 */
export async function landOn(clone: Clone, work: Landing): Promise<Refused | null> {
  const { origin } = clone;
  const checkout = origin.kind === 'path' ? checkoutOf(origin, branchRef(work.branch)) : null;
  const refused = checkout === null ? await moveBranch(clone, work) : await moveCheckout(clone, checkout, work);
  if (refused !== null || origin.kind === 'url') return refused;
  return pushOn(origin.address, work);
}

async function moveBranch(clone: Clone, { branch, commit, expected }: Landing): Promise<Refused | null> {
  if (commit === expected) return null;
  const answer = await publish(clone, null, { branch, commit, expected, objects: null });
  if (answer.ok) return null;
  const message = answer.movedByOthers
    ? `${branch} moved while it was merged. Nothing was changed: merge again.`
    : `${answer.message} Then merge again.`;
  return { code: 'PUSH_REFUSED', message };
}

async function moveCheckout(clone: Clone, checkout: string, { branch, commit, runId }: Landing): Promise<Refused | null> {
  const carrier = `refs/specwright-merge/${refPart(runId)}`;
  try {
    const push = ['push', '--quiet', '--no-verify', RECEIVE_PACK, '--', clone.origin.address, `+${checkCommit(commit)}:${carrier}`];
    await git(push, { cwd: clone.dir });
    await git(['merge', '--quiet', '--ff-only', checkCommit(commit)], { cwd: checkout });
    return null;
  } catch (fault) {
    const said = withoutSecret(firstLine((fault as GitFault).said) || (fault as GitFault).message);
    const message = `${branch} is checked out in your working folder, and git would not move it: ${said}. Commit or stash what you have changed there, then merge again.`;
    return { code: 'CHECKOUT_IN_USE', message };
  } finally {
    await git(['update-ref', '-d', carrier], { cwd: clone.origin.address, accept: [1, 128] }).catch(() => {});
  }
}

/** The folder whose HEAD names this ref; null: none. */
function checkoutOf(origin: { address: string; common: string; bare: boolean }, ref: string): string | null {
  const stands = (gitDir: string) => {
    const head = join(gitDir, 'HEAD');
    return existsSync(head) && readFileSync(head, 'utf8').trim() === `ref: ${ref}`;
  };
  if (!origin.bare && stands(origin.common)) return dirname(origin.common);
  const worktrees = join(origin.common, 'worktrees');
  const names = existsSync(worktrees) ? readdirSync(worktrees) : [];
  const own = names.map((name) => join(worktrees, name)).find((gitDir) => stands(gitDir) && existsSync(join(gitDir, 'gitdir')));
  return own === undefined ? null : dirname(readFileSync(join(own, 'gitdir'), 'utf8').trim());
}

/** Only where the person's branch follows one: what they set up is what is pushed to. */
async function pushOn(address: string, { branch, commit }: Landing): Promise<Refused | null> {
  const { stdout, exitCode } = await git(['config', '--get', `branch.${branch}.remote`], { cwd: address, accept: [1, 128] });
  const remote = stdout.trim();
  if (exitCode !== 0 || remote === '' || remote === '.' || remote.startsWith('-')) return null;
  try {
    await git(['push', '--quiet', '--', remote, `${checkCommit(commit)}:${branchRef(branch)}`], { cwd: address, timeoutMs: 120_000 });
    return null;
  } catch (fault) {
    const { said: all, message } = fault as GitFault;
    const said = withoutSecret([...hookSaid(all), firstLine(all) || message].join(' – ')).slice(0, 1000);
    return {
      code: 'PUSH_REFUSED',
      message: `Merged onto ${branch} here, but ${remote} refused the push: ${said}. Pull or mend the access, then merge again.`,
    };
  }
}

/** What the remote's hooks say: whoever is refused must know why. */
function hookSaid(said: string): string[] {
  const lines = said.split('\n').flatMap((line) => /^remote:\s+(\S.*)$/.exec(line)?.[1] ?? []);
  return lines.slice(0, 5).map((line) => line.trim().slice(0, 200));
}
