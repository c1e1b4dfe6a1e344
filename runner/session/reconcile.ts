import type { Granted } from '@specwright/protocol/runner-down.ts';
import { takeBundle } from '../git/bundle.ts';
import { type Beginning, type Clone, fetchBeginning, fetchCommits, isAncestor, openClone } from '../git/clone.ts';
import { treeOf } from '../git/commit-object.ts';
import { GitFault } from '../git/git.ts';
import { setBranch } from '../git/promote.ts';
import { type BranchProof, readTrailers } from '../git/trailers.ts';
import { messageOf } from '../log.ts';

/** Where the run's branch stands on this machine, and what it proves. */
export interface Reconciled {
  clone: Clone;
  head: string;
  base: string;
  promoted: BranchProof['promoted'];
  /** Where the person's repository has the branch; null: not there. */
  published: string | null;
  /** A commit that the person's repository has; null: none is known. */
  there: string | null;
  warnings: string[];
}

/** A clone, and what it and its origin have of a run. */
export interface Look {
  clone: Clone;
  beginning: Beginning;
}

/** Looks at the repository of a run, and brings what it begins from to this machine. Throws GitFault. */
export async function lookAt(dataDir: string, run: Pick<Granted['run'], 'repository' | 'branch' | 'startFrom'>): Promise<Look> {
  const clone = await openClone(dataDir, run.repository);
  const { defaultBranch } = run.repository;
  return { clone, beginning: await fetchBeginning(clone, { defaultBranch, startFrom: run.startFrom, branch: run.branch }) };
}

/**
 * Brings the branch of a run to what a look has seen. The branch of the clone is the truth; the person's repository is asked for
 * what another machine published, and `fetchHanded` for what it gave the server. Throws GitFault: REPOSITORY_MISSING, REPOSITORY_BROKEN, BRANCH_MOVED (commits of somebody else on it).
 */
export async function reconcile(
  { clone, beginning }: Look,
  run: Granted['run'],
  fetchHanded: (() => Promise<Buffer | null>) | null,
): Promise<Reconciled> {
  const { ours } = beginning;
  const handed = fetchHanded === null ? [] : await takeHanded(clone, run, ours, fetchHanded);
  const head = await chooseHead(clone, run, beginning, (await isBegun(clone, run, ours)) ? ours : null);
  // A branch that nobody had before proves nothing yet.
  const fresh = head === beginning.base && ours === null;
  const [proof] = await Promise.all([
    fresh ? { promoted: [], base: head } : readTrailers(clone, head, run.id),
    ours === head ? null : setBranch(clone, run.branch, head, ours),
  ]);
  return {
    clone,
    head,
    ...proof,
    published: beginning.published,
    there: beginning.there,
    warnings: [...beginning.warnings, ...handed],
  };
}

/** A look that ended with a refusal, as of a wrong configuration, has left the branch where it began: what was mended since stands above it. */
async function isBegun(clone: Clone, run: Granted['run'], ours: string | null): Promise<boolean> {
  return run.head !== null || ours === null || (await readTrailers(clone, ours, run.id)).promoted.length > 0;
}

async function chooseHead(clone: Clone, run: Granted['run'], beginning: Beginning, ours: string | null): Promise<string> {
  const here = (await newestHere(clone, run.head, ours)) ?? (await headFromObject(clone, run, beginning));
  const { published } = beginning;
  if (published === null) return here ?? beginning.base;
  const local = here ?? beginning.base;
  if (await isAncestor(clone, published, local)) return local;
  const theirs = await readTrailers(clone, published, run.id);
  const began = (await readTrailers(clone, local, run.id)).base;
  // All that stands there above the beginning carries this run's trailers: another machine, or a life before, published it.
  if (!(await isAncestor(clone, theirs.base, began))) throw foreign(run.branch);
  return (await isAncestor(clone, local, published)) ? published : local;
}

/** What another machine gave the server before it was gone, unless all of it is here. Answers what a person should know. */
async function takeHanded(
  clone: Clone,
  run: Granted['run'],
  ours: string | null,
  fetchHanded: () => Promise<Buffer | null>,
): Promise<string[]> {
  if (run.head === null || (ours !== null && (await isAncestor(clone, run.head, ours)))) return [];
  try {
    const bytes = await fetchHanded();
    if (bytes !== null) await takeBundle(clone, run.id, bytes);
    return [];
  } catch (error) {
    return [`What another machine did for this run could not be taken over: ${messageOf(error)}`];
  }
}

/** This machine's branch, or the object's good commit where that goes on from it: another machine had the run in between. */
async function newestHere(clone: Clone, good: string | null, ours: string | null): Promise<string | null> {
  const wentOn = ours !== null && good !== null && good !== ours && (await isAncestor(clone, ours, good));
  return wentOn ? good : ours;
}

/** The last good commit as the run's object knows it, when neither clone nor repository has the branch. */
async function headFromObject(clone: Clone, run: Granted['run'], beginning: Beginning): Promise<string | null> {
  if (run.head === null || beginning.published !== null) return null;
  const known = run.head;
  if (known === beginning.base) return known;
  try {
    await fetchCommits(clone, [known]);
    await treeOf(clone, known);
    return known;
  } catch {
    throw new GitFault(
      'REPOSITORY_BROKEN',
      `Branch ${run.branch} with commit ${known.slice(0, 10)} is neither on this machine nor in the repository. The runner that made it has it: start that one, or run the spec again.`,
    );
  }
}

function foreign(branch: string): GitFault {
  return new GitFault(
    'BRANCH_MOVED',
    `Branch ${branch} is already there and holds commits that this run did not make. Rename or delete it in your repository (git branch -m ${branch} other-name), then resume the run.`,
  );
}
