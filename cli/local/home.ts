import { existsSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeWhole } from '@specwright/runner/identity/write-whole.ts';

/** What the commands keep of a person, on machines that serve nothing themselves: SPECWRIGHT_HOME, by default ~/.specwright. */
export function homeFolder(): string {
  return resolve(process.env.SPECWRIGHT_HOME || join(homedir(), '.specwright'));
}

/** A signed-in person's session with one server. */
export interface SignIn {
  server: string;
  token: string;
}

/** Null: nobody is signed in. */
export function readSignIn(): SignIn | null {
  const file = signInFile();
  if (!existsSync(file)) return null;
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Partial<SignIn>;
    return typeof kept.server === 'string' && typeof kept.token === 'string' ? { server: kept.server, token: kept.token } : null;
  } catch {
    return null;
  }
}

/** Kept with mode 600: whoever reads it may act as the person. */
export function writeSignIn(signIn: SignIn): void {
  writeWhole(signInFile(), `${JSON.stringify(signIn)}\n`);
}

export function forgetSignIn(): void {
  rmSync(signInFile(), { force: true });
}

function signInFile(): string {
  return join(homeFolder(), 'sign-in.json');
}

/** Where a machine's runner keeps its key, links, clones and worktrees: by flag, SPECWRIGHT_RUNNER_DIR, or below the home folder. */
export function runnerFolder(flag?: string): string {
  return resolve(flag || process.env.SPECWRIGHT_RUNNER_DIR || join(homeFolder(), 'runner'));
}
