import type { Repository } from '@specwright/protocol/run-plan.ts';
import { baseOf, fetchCommits, openClone } from '../git/clone.ts';
import { findOrigin, type Origin, viewOrigin } from '../git/origin.ts';

/** Where a run would begin now, and where git can be asked for its files. */
export interface Base {
  cwd: string;
  commit: string;
  /** The branch; null: a detached HEAD. */
  branch: string | null;
  origin: Origin;
}

/** A folder is asked itself, with no copy made; an address is fetched into the clone that its runs use. Throws GitFault as a run would. */
export async function findBase(dataDir: string, repository: Repository): Promise<Base> {
  const origin = await findOrigin(repository);
  const clone = origin.kind === 'url' ? await openClone(dataDir, repository) : null;
  const cwd = clone?.dir ?? (origin.kind === 'path' ? origin.address : dataDir);
  const { defaultBranch } = repository;
  const view = await viewOrigin(origin, defaultBranch === null ? [] : [defaultBranch], cwd);
  const commit = baseOf(view, defaultBranch, origin);
  if (clone !== null) await fetchCommits(clone, [commit]);
  return { cwd, commit, branch: defaultBranch ?? view.headBranch, origin };
}
