import type { LocalLink } from '@specwright/protocol/api.ts';
import { clientOfRunningServer } from '../client/api-client.ts';
import { locateDataDirectory } from '../local/data-directory.ts';

/** Prints a new one-time sign-in link. */
export async function link(options: { dataDir?: string }): Promise<void> {
  const client = clientOfRunningServer(locateDataDirectory(options.dataDir));
  process.stdout.write(`${linkLine(client.url, await client.post<LocalLink>('/api/local/links'))}\n`);
}

/** The token stands in the fragment, which a browser never sends: the page posts it. */
export function linkLine(url: string, made: LocalLink): string {
  return `${url}/sign-in#token=${made.token}`;
}
