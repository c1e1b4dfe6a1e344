/** False for a run of a whole phase: what it carries out stands in the repository, and it has no spec's page. */
export function hasSpec(run: { specId: string }): boolean {
  return !run.specId.startsWith('phase:');
}
