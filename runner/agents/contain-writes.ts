import { readFileSync } from 'node:fs';
import { type Containment, findContainment } from '../process/bubblewrap.ts';
import type { AgentPlace } from './agent.ts';
import { findOnPath } from './find-program.ts';

/** The command line under which a program can write only in its worktree, its home and the temporary folder. */
export type Contain = (command: string, args: string[]) => { command: string; args: string[] };

let machine: Promise<Containment> | null = null;

/** Uses bubblewrap where it is there and may be used; else a program runs as it is. SPECWRIGHT_CONTAIN=0 turns it off. */
export async function containWrites(place: AgentPlace, environment: Record<string, string | undefined>): Promise<Contain> {
  const program = environment.SPECWRIGHT_CONTAIN === '0' ? null : await findOnPath('bwrap', environment);
  if (program === null) return (command, args) => ({ command, args });
  machine ??= findContainment(program);
  const { wrap } = await machine;
  const writable = [place.worktree, place.home, ...gitFolder(place.worktree)];
  return (command, args) => wrap(command, args, writable);
}

/** A worktree's index stands in the clone's folder for it; the rest of the clone, its hooks above all, stays closed. */
function gitFolder(worktree: string): string[] {
  try {
    const folder = readFileSync(`${worktree}/.git`, 'utf8').match(/^gitdir: (.+)$/m)?.[1];
    return folder === undefined ? [] : [folder];
  } catch {
    return [];
  }
}
