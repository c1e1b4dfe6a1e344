import { hashText } from './piece.ts';
import type { Repository } from './run-plan.ts';

/**
 * The key under which a project's repository and a machine's link meet: SHA-256 in hex of "url:host/path" (scheme, user, port and
 * .git left out, host in small letters) or "path:/the/path". One repository has one key, however its URL is spelled.
 */
export function repositoryKey(repository: Pick<Repository, 'kind'> & { path?: string; url?: string }): Promise<string> {
  return hashText(repository.kind === 'path' ? `path:${trimmed(repository.path ?? '')}` : `url:${plainUrl(repository.url ?? '')}`);
}

/** "git@github.com:team/app.git" and "https://user@GitHub.com/team/app/" are both "github.com/team/app". */
export function plainUrl(url: string): string {
  const scp = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)(.+)$/.exec(url);
  const parsed = /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?([^/:]*)(?::\d+)?\/?(.*)$/i.exec(url);
  const host = parsed?.[1] ?? scp?.[1] ?? '';
  const path = parsed?.[2] ?? scp?.[2] ?? url;
  return `${host.toLowerCase()}/${trimmed(path).replace(/^\//, '')}`.replace(/\.git$/, '');
}

function trimmed(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}
