import { readFileSync } from 'node:fs';
import { type Containment, findContainment } from '../process/bubblewrap.ts';
import type { AgentPlace } from './agent.ts';
import { findOnPath } from './find-program.ts';

export interface Contained {
  command: string;
  args: string[];
  env: Record<string, string>;
  /** True: the started process is bubblewrap's own, the program is its child. */
  wrapped: boolean;
}

/** The start of a program under which it can write only in its worktree, its home and the temporary folder. */
export type Contain = (start: Omit<Contained, 'wrapped'>) => Contained;

export const notContained: Contain = (start) => ({ ...start, wrapped: false });

let machine: { program: string; containment: Promise<Containment> } | null = null;

/**
 * Uses bubblewrap where it is there and may be used; else a program runs as it is. SPECWRIGHT_CONTAIN=0 turns it off.
 * @param access `read`: not even the worktree can be written.
 */
export async function containWrites(
  place: AgentPlace,
  environment: Record<string, string | undefined>,
  access: 'read' | 'write' = 'write',
): Promise<Contain> {
  const program = environment.SPECWRIGHT_CONTAIN === '0' ? null : await findOnPath('bwrap', environment);
  if (program === null) return notContained;
  if (machine?.program !== program) machine = { program, containment: findContainment(program) };
  const { kind, wrap } = await machine.containment;
  if (kind === 'none') return notContained;
  const writable = access === 'read' ? [place.home] : [place.worktree, place.home, ...gitFolder(place.worktree)];
  const closed = access === 'read' ? [place.worktree] : [];
  return ({ command, args, env }) => ({ ...wrap(command, args, writable, closed), env: withoutSharedCaches(env), wrapped: true });
}

/** A worktree's index stands in the clone's folder for it; the rest of the clone, its objects and hooks, stays closed. */
function gitFolder(worktree: string): string[] {
  try {
    const folder = readFileSync(`${worktree}/.git`, 'utf8').match(/^gitdir: (.+)$/m)?.[1];
    return folder === undefined ? [] : [folder];
  } catch {
    return [];
  }
}

/** Package managers fail on a cache that they cannot write: theirs are in the agent's own home then. */
const SHARED_CACHES = ['npm_config_cache', 'PIP_CACHE_DIR', 'GOPATH', 'CARGO_HOME', 'PNPM_HOME'];

function withoutSharedCaches(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SHARED_CACHES.includes(name)));
}
