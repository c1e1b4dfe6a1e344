import { readdirSync, readFileSync } from 'node:fs';
import type { Deployment } from '../tests/support/deployment.ts';

/** Linux counts processor time in hundredths of a second for everybody. */
const TICKS_PER_SECOND = 100;

/** The processes of an embedded server, its runner left out. Linux only, like all here. */
export function serverPids(deployment: Deployment): number[] {
  const runner = deployment.runnerPid();
  const root = deployment.process.pid ?? 0;
  const left = new Set([runner, ...descendants(runner)]);
  return [root, ...descendants(root)].filter((pid) => !left.has(pid));
}

/** Proportional set size in megabytes: what is shared is counted once. */
export function pssMb(pids: number[]): number {
  const kilobytes = pids.map((pid) => Number(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+)/m)?.[1] ?? 0));
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}

/** Processor seconds that these processes have used so far. */
export function cpuSeconds(pids: number[]): number {
  const ticks = pids.map((pid) => Number(statOf(pid)[11]) + Number(statOf(pid)[12]));
  return ticks.reduce((sum, one) => sum + one, 0) / TICKS_PER_SECOND;
}

function descendants(parent: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
  return children.flatMap((pid) => [pid, ...descendants(pid)]);
}

function parentOf(pid: number): number {
  try {
    return Number(statOf(pid)[1]);
  } catch {
    return 0;
  }
}

/** The fields behind the command's name, which may hold anything: state, parent, … */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
