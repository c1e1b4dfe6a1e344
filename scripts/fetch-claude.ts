import { type Fetched, fetchPackage } from './fetch-package.ts';

/** The version that the adapter is tested against. */
const VERSION = '2.1.329';

/** The real claude: it is proprietary. */
export function fetchClaude(): Promise<Fetched> {
  const name = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`;
  return fetchPackage({ name, version: VERSION, program: `${name}/claude`, interpreter: null });
}
