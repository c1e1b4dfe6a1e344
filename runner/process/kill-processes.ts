import { setTimeout as wait } from 'node:timers/promises';
import { findProcesses, hasProcessTable, type ProcessMatch } from './process-table.ts';

const SCAN_EVERY_MS = 20;
const GIVE_UP_MS = 900;

/**
 * Ends all matching processes: SIGTERM, `graceMs` later SIGKILL, and again until a scan finds none, so that a process
 * which forks while it is being killed is caught too. `groups` are ended beside (all there is where no /proc exists).
 * @returns how many processes were found alive; within a second none of them lives.
 */
export async function killProcesses(match: ProcessMatch, groups: number[], graceMs: number): Promise<number> {
  const begun = performance.now();
  const seen = new Set<number>();
  const living = groups.filter((group) => signalGroup(group, 'SIGTERM'));
  for (;;) {
    const elapsed = performance.now() - begun;
    const late = elapsed >= graceMs;
    const pids = findProcesses({ ...match, groups });
    // With a process table the groups are in the scan; a group of zombies answers signals for as long as nobody reaps them.
    const left = hasProcessTable ? [] : living.filter((group) => groupLives(group));
    if (pids.length === 0 && left.length === 0) break;
    if (elapsed > graceMs + GIVE_UP_MS) break;
    for (const pid of pids) if (late || !seen.has(pid)) signalProcess(pid, late ? 'SIGKILL' : 'SIGTERM');
    for (const pid of pids) seen.add(pid);
    if (late) for (const group of left) signalGroup(group, 'SIGKILL');
    await wait(late ? SCAN_EVERY_MS / 2 : SCAN_EVERY_MS);
  }
  return hasProcessTable ? seen.size : living.length;
}

/** Signals a whole process group. False: it has no process left. */
export function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  if (group <= 1) return false;
  return signalProcess(-group, signal);
}

function groupLives(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
