import { realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { git, gitText } from '../git/git.ts';
import { checkUrl } from '../git/origin.ts';
import type { Link } from './links-file.ts';

/**
 * The link that a person means by a folder or an address. A folder stands for its whole repository and, when that came from another
 * machine, for its address too. Throws GitFault or Error with one sentence when there is no repository.
 */
export async function linkOf(place: string): Promise<Link> {
  if (isAddress(place)) return { path: null, url: checkUrl(place) };
  const path = await topFolder(place);
  const { stdout } = await git(['config', '--get', '--default=', 'remote.origin.url'], { cwd: path, accept: [1] });
  const url = stdout.trim();
  return { path, url: isAddress(url) && !url.startsWith('file:') ? checkUrl(url) : null };
}

function isAddress(place: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(place) || /^[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+:/.test(place);
}

async function topFolder(place: string): Promise<string> {
  const given = place === '~' || place.startsWith('~/') ? homedir() + place.slice(1) : place;
  const full = isAbsolute(given) ? given : resolve(given);
  if (!statSync(full, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`There is no folder ${full}.`);
  const asked = await gitText(['rev-parse', '--is-bare-repository', '--path-format=absolute', '--absolute-git-dir'], { cwd: full }).catch(
    () => {
      throw new Error(`${full} is not a git repository. Make it one there: git init && git add -A && git commit -m "Begin"`);
    },
  );
  const [bare, folder = full] = asked.split('\n');
  return realpathSync(bare === 'true' ? folder : await gitText(['rev-parse', '--show-toplevel'], { cwd: full }));
}
