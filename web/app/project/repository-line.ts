import type { Repository } from '@specwright/protocol/run-plan.ts';

/** Where a repository is and which branch runs begin from. */
export function repositoryLine(repository: Repository): string {
  const place = repository.kind === 'path' ? repository.path : repository.url;
  return repository.defaultBranch ? `${place} @ ${repository.defaultBranch}` : place;
}
