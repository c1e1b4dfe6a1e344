/** `specwright/<slug of the title>-<8 hex of the run>`: the last eight, for the first ones are the time. */
export function branchName(specTitle: string, runId: string): string {
  const slug = specTitle
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return `specwright/${slug || 'spec'}-${runId.slice(-8)}`;
}
