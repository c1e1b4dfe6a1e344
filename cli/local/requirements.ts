import { execFileSync } from 'node:child_process';
import { CommandError } from '../command-error.ts';

/** Git is the one program that must be there already; the rest comes with the installation. */
export function requireGit(): string {
  try {
    return execFileSync('git', ['--version'], { encoding: 'utf8' }).trim().replace('git version ', '');
  } catch {
    throw new CommandError('Git is missing: install it (https://git-scm.com/downloads), then run this again.');
  }
}

/** Parses a port; anything that is none is a CommandError. */
export function portOf(flag: string | undefined, fallback: number): number {
  const text = flag ?? process.env.SPECWRIGHT_PORT ?? String(fallback);
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new CommandError(`"${text}" is no port: give a number from 1 to 65535.`, 2);
  return port;
}
