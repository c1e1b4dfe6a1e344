import { git } from './git.ts';

/** Who stands as author and committer of what the runner commits. */
export interface Identity {
  name: string;
  email: string;
}

/** The identity git would use in the person's folder; without one, the product's own name. */
export async function findIdentity(folder: string): Promise<Identity> {
  const { stdout } = await git(['config', '--get-regexp', '^user\\.(name|email)$'], { cwd: folder, accept: [1, 128] });
  const values = new Map(stdout.split('\n').map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1).trim()]));
  return { name: values.get('user.name') || 'Specwright', email: values.get('user.email') || 'specwright@localhost' };
}

export function identityEnvironment(identity: Identity): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: identity.name,
    GIT_AUTHOR_EMAIL: identity.email,
    GIT_COMMITTER_NAME: identity.name,
    GIT_COMMITTER_EMAIL: identity.email,
  };
}
