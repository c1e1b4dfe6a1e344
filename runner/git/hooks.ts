import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Clone } from './clone.ts';
import type { Worktree } from './worktree.ts';

export type HookName = 'pre-commit' | 'commit-msg';

/** A hook of the person's repository, as a command for the worktree. */
export interface Hook {
  name: HookName;
  command: string;
  args: string[];
}

/**
 * Finds a hook as git would for the person: core.hooksPath (relative ones stand in the worktree), else .git/hooks.
 * Husky's generated folder is ignored by git and so absent here: then its source in .husky/ is taken.
 */
export function findHook(clone: Clone, worktree: Worktree, name: HookName): Hook | null {
  const { hooks } = clone;
  if (hooks === null) return null;
  if (hooks.configured === null) return executable(name, join(hooks.own, name));
  const folder = hooks.configured.startsWith('~/') ? homedir() + hooks.configured.slice(1) : hooks.configured;
  const full = isAbsolute(folder) ? folder : join(worktree.path, folder);
  const found = executable(name, join(full, name));
  const source = join(full, '..', name);
  if (found === null && /(^|\/)\.husky\/_\/?$/.test(folder) && existsSync(source))
    return { name, command: '/bin/sh', args: ['-e', source] };
  return found;
}

function executable(name: HookName, path: string): Hook | null {
  try {
    accessSync(path, constants.X_OK);
    return { name, command: path, args: [] };
  } catch {
    return null;
  }
}
