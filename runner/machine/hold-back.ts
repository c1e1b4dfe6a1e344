import type { RunnerLoad } from '@specwright/protocol/runners-api.ts';

/** When a machine takes nothing more. Bytes; `cpu` is the load average of one minute over the number of cores. */
export interface Thresholds {
  cpu: number;
  freeMemory: number;
  freeDisk: number;
  /** What worktrees and clones may take together. */
  worktrees: number;
}

const GB = 1_000_000_000;

export const THRESHOLDS: Thresholds = { cpu: 3, freeMemory: 512 * 1024 ** 2, freeDisk: 1024 ** 3, worktrees: 20 * GB };

/** `SPECWRIGHT_MAX_LOAD`, `SPECWRIGHT_MIN_FREE_MEMORY_MB`, `SPECWRIGHT_MIN_FREE_DISK_MB`, `SPECWRIGHT_MAX_WORKTREES_GB`; 0 turns one off. Throws for anything but a number. */
export function readThresholds(env: NodeJS.ProcessEnv): Thresholds {
  return {
    cpu: numberIn(env, 'SPECWRIGHT_MAX_LOAD') ?? THRESHOLDS.cpu,
    freeMemory: inBytes(numberIn(env, 'SPECWRIGHT_MIN_FREE_MEMORY_MB')) ?? THRESHOLDS.freeMemory,
    freeDisk: inBytes(numberIn(env, 'SPECWRIGHT_MIN_FREE_DISK_MB')) ?? THRESHOLDS.freeDisk,
    worktrees: timesGb(numberIn(env, 'SPECWRIGHT_MAX_WORKTREES_GB')) ?? THRESHOLDS.worktrees,
  };
}

/**
 * Why this machine takes no further run now; null: it takes one. Without any run it is never too busy: what loads it then is not ours to
 * wait for, and a run must find its machine. Too little disk or memory holds even the first.
 */
export function heldBack(load: RunnerLoad, runs: number, most: Thresholds): string | null {
  if (load.freeDisk < most.freeDisk) return `Only ${megabytes(load.freeDisk)} of disk are free.`;
  if (load.freeMemory < most.freeMemory) return `Only ${megabytes(load.freeMemory)} of memory are free.`;
  const kept = load.worktrees + (load.clones ?? 0);
  if (runs > 0 && most.worktrees > 0 && kept > most.worktrees)
    return `Worktrees and clones take ${gigabytes(kept)}, more than the ${gigabytes(most.worktrees)} that they may.`;
  if (runs > 0 && most.cpu > 0 && load.cpu > most.cpu) return `It is busy: ${load.cpu.toFixed(1)} processes wait for each core.`;
  return null;
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 ** 2)} MB`;
}

/** As pages say it. */
function gigabytes(bytes: number): string {
  return `${Math.round((bytes / GB) * 10) / 10} GB`;
}

function numberIn(env: NodeJS.ProcessEnv, name: string): number | null {
  const text = env[name];
  if (text === undefined || text === '') return null;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name} must be a number, not "${text}".`);
  return value;
}

function inBytes(mb: number | null): number | null {
  return mb === null ? null : mb * 1024 ** 2;
}

function timesGb(count: number | null): number | null {
  return count === null ? null : count * GB;
}
