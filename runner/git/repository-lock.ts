const tails = new Map<string, Promise<unknown>>();

/** One hand at a time per repository for what git itself does not serialise: fetch, worktree add and remove, ref moves, push. */
export function withRepositoryLock<T>(repository: string, work: () => Promise<T>): Promise<T> {
  const before = tails.get(repository) ?? Promise.resolve();
  const after = before.then(work, work);
  const settled = after.catch(() => {});
  tails.set(repository, settled);
  void settled.then(() => {
    if (tails.get(repository) === settled) tails.delete(repository);
  });
  return after;
}
