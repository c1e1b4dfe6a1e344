import { needServer } from '../client/reach.ts';
import { locateDataDirectory } from '../local/data-directory.ts';

/** Prints a spec as the Markdown that `run` and the page's import read. */
export async function exportSpec(specId: string, options: { dataDir?: string; server?: string }): Promise<void> {
  const client = needServer(locateDataDirectory(options.dataDir), options.server);
  process.stdout.write(await client.text(`/api/specs/${encodeURIComponent(specId)}/export`));
}
