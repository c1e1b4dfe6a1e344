import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, isAbsolute } from 'node:path';
import { plainUrl, repositoryKey } from '@specwright/protocol/repository-key.ts';
import type { Repository } from '@specwright/protocol/run-plan.ts';
import type { LinkedRepository } from '@specwright/protocol/runners-api.ts';
import { GitFault } from '../git/git.ts';
import { withoutSecret } from '../git/origin.ts';
import { loginIn } from '../masking/secret-forms.ts';
import { type Link, readLinks } from './links-file.ts';

/** The repositories that this machine's owner lets it work in. The file is read at each question, so a link or its end counts at once. */
export interface Links {
  /** What is told to the server: keys and names, no paths. */
  announced(): Promise<LinkedRepository[]>;
  /**
   * The repository as the owner linked it, to be used instead of what the server names. Throws GitFault REPOSITORY_MISSING for any
   * other: what a server may ask of this machine is decided here.
   */
  linked(repository: Repository): Repository;
  /** Logins that stand in the linked addresses. */
  secrets(): string[];
}

export function openLinks(dataDir: string): Links {
  return {
    announced: () => announcedOf(readLinks(dataDir)),
    linked: (repository) => linkedAs(readLinks(dataDir), repository),
    secrets: () => readLinks(dataDir).flatMap(({ url }) => (url === null ? [] : loginIn(url))),
  };
}

/** A folder is found by its path and, where it came from another machine, by its address. */
async function announcedOf(links: Link[]): Promise<LinkedRepository[]> {
  const repositories = links.flatMap(({ path, url }) => [
    ...(path === null ? [] : [{ kind: 'path' as const, path, name: basename(path) }]),
    ...(url === null ? [] : [{ kind: 'url' as const, url, name: basename(plainUrl(url)) }]),
  ]);
  const all = await Promise.all(repositories.map(async (one) => ({ key: await repositoryKey(one), name: one.name.slice(0, 200) })));
  return [...new Map(all.map((one) => [one.key, one])).values()];
}

function linkedAs(links: Link[], repository: Repository): Repository {
  const { defaultBranch } = repository;
  if (repository.kind === 'path') {
    const real = realPath(repository.path);
    const link = real === null ? undefined : links.find(({ path }) => path !== null && path === real && realPath(path) === path);
    if (link?.path) return { kind: 'path', path: link.path, defaultBranch };
    throw notLinked(repository.path);
  }
  // Scheme, port and user are the owner's own: with them a server could send git to another door of the same host.
  const wanted = plainUrl(repository.url);
  const link = links.find(({ url }) => url !== null && plainUrl(url) === wanted);
  if (link?.url && !/[\s\x00-\x1f\x7f\u3000]/.test(repository.url)) return { kind: 'url', url: link.url, defaultBranch };
  throw notLinked(withoutSecret(repository.url));
}

/** Null: nothing is there, or it may not be looked at. */
function realPath(path: string): string | null {
  const full = path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path;
  if (!isAbsolute(full)) return null;
  try {
    return realpathSync(full);
  } catch {
    return null;
  }
}

function notLinked(place: string): GitFault {
  const shown = place.replace(/[\x00-\x1f\x7f]/g, '?').slice(0, 200);
  return new GitFault(
    'REPOSITORY_MISSING',
    `This machine does not serve ${shown}: its owner has not linked it. On that machine: specwright runner link DIR`,
  );
}
