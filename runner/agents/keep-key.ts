import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AgentPlace } from './agent.ts';

/**
 * Keeps a key in a file of mode 600 in the run's own home, so that it is in no environment that the agent's shell inherits.
 * @returns the file.
 */
export async function keepKey(place: Pick<AgentPlace, 'home'>, key: string): Promise<string> {
  const folder = path.join(place.home, 'keys');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, randomUUID());
  await writeFile(file, key, { mode: 0o600, flag: 'wx' });
  return file;
}
