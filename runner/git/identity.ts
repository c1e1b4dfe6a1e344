import { git } from './git.ts';

/** Who stands as author and committer of what the runner commits. */
export interface Identity {
  name: string;
  email: string;
}

/** What a folder's own git settings say that concerns a run. */
export interface GitSettings {
  /** The identity git would use there; without one, the product's own name. */
  identity: Identity;
  /** `core.hooksPath`; null: not set. */
  hooksPath: string | null;
}

/** Reads them as they stand in files: what this process itself sets for its git commands (`command`) is no answer. */
export async function readGitSettings(folder: string): Promise<GitSettings> {
  const { stdout } = await git(['config', '--list', '-z', '--show-scope'], { cwd: folder, accept: [1, 128] });
  const values = new Map<string, string>();
  const parts = stdout.split('\0');
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const entry = parts[at + 1] ?? '';
    const border = entry.indexOf('\n');
    if (parts[at] !== 'command' && border >= 0) values.set(entry.slice(0, border), entry.slice(border + 1).trim());
  }
  const identity = { name: values.get('user.name') || 'Specwright', email: values.get('user.email') || 'specwright@localhost' };
  return { identity, hooksPath: values.get('core.hookspath') || null };
}
