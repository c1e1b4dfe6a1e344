import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Says which processes are meant: by an environment entry (`NAME=value`, exact or followed by `:`), or by a folder they stand in. */
export interface ProcessMatch {
  /** Matches `entry` itself and `entry:anything`. */
  entry: string | null;
  /** Matches a working directory that is this folder or lies below it. */
  folder: string | null;
  /** Matches the members of these process groups. */
  groups?: number[];
  /** An environment entry by which a process that only stands in the folder is spared. */
  spare?: string | null;
}

/** True where /proc tells environments and folders of processes; elsewhere only process groups are known. */
export const hasProcessTable = process.platform === 'linux';

/** The ids of living processes of this user that match; never this process itself. A zombie is dead. */
export function findProcesses(match: ProcessMatch): number[] {
  if (!hasProcessTable) return [];
  const found: number[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid || pid <= 1) continue;
    if (matches(pid, match)) found.push(pid);
  }
  return found;
}

/** The start of a process in clock ticks since boot: with the pid it names one process for ever. Null: no such process. */
export function startTimeOf(pid: number): string | null {
  return statOf(pid)?.[19] ?? null;
}

/** The processes that this one started and that live; empty where there is no process table. */
export function childrenOf(parent: number): number[] {
  if (!hasProcessTable) return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && Number(statOf(pid)?.[1]) === parent);
}

/** The fields of /proc/PID/stat after the name, which may itself hold spaces and parentheses: state, parent, group, ... */
function statOf(pid: number): string[] | null {
  const stat = readQuietly(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function matches(pid: number, match: ProcessMatch): boolean {
  if (match.entry !== null && carries(pid, match.entry)) return true;
  if (match.groups && match.groups.length > 0) {
    const stat = statOf(pid);
    if (stat && stat[0] !== 'Z' && match.groups.includes(Number(stat[2]))) return true;
  }
  if (match.folder === null) return false;
  const folder = readQuietly(() => readlinkSync(`/proc/${pid}/cwd`));
  // A deleted folder reads `/path (deleted)`.
  if (folder !== match.folder && !folder?.startsWith(`${match.folder}/`) && folder !== `${match.folder} (deleted)`) return false;
  return !match.spare || !carries(pid, match.spare);
}

function carries(pid: number, entry: string): boolean {
  const environment = readQuietly(() => readFileSync(`/proc/${pid}/environ`, 'utf8'));
  if (!environment?.includes(entry)) return false;
  return environment.split('\0').some((line) => line === entry || line.startsWith(`${entry}:`));
}

/** Processes end while they are read: whatever cannot be read is not there. */
function readQuietly<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
