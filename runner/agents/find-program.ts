import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';

type Environment = Record<string, string | undefined>;

/** The `claude` command: the configured path, CLAUDE_PATH, else PATH. */
export async function findClaudePath(configured: string | null, environment: Environment): Promise<string | null> {
  const named = configured ?? environment.CLAUDE_PATH;
  if (named?.includes(path.sep)) return existsSync(named) ? named : null;
  return findOnPath(named ?? 'claude', environment);
}

/** The file of a program on PATH; null: it is not there. */
export async function findOnPath(name: string, environment: Environment): Promise<string | null> {
  for (const folder of (environment.PATH ?? '').split(path.delimiter).filter((entry) => entry !== '')) {
    const file = path.join(folder, name);
    const usable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return file;
  }
  return null;
}
