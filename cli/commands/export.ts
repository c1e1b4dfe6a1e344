import { clientOfRunningServer } from '../client/api-client.ts';
import { locateDataDirectory } from '../local/data-directory.ts';

/** Prints a spec as the Markdown that `run` and the page's import read. */
export async function exportSpec(specId: string, options: { dataDir?: string }): Promise<void> {
  const client = clientOfRunningServer(locateDataDirectory(options.dataDir));
  process.stdout.write(await client.text(`/api/specs/${encodeURIComponent(specId)}/export`));
}
