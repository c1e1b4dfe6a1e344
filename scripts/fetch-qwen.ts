import { type Fetched, fetchPackage } from './fetch-package.ts';

const VERSION = '0.24.4';

/** Qwen Code, an agent of the Agent Client Protocol by others (Apache-2.0): 150 MB that only a test wants. It needs Node 22. */
export function fetchQwen(): Promise<Fetched> {
  const name = '@qwen-code/qwen-code';
  return fetchPackage({ name, version: VERSION, program: `${name}/cli.js`, interpreter: process.execPath });
}
