import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploy } from '../tests/support/deployment.ts';
import { temporaryFolder } from '../tests/support/repository.ts';
import type { Figure } from './figure.ts';

/** What server and runner take when nothing happens: proportional set size, ten seconds after the start. Linux only. */
export async function idle(): Promise<Figure[]> {
  const deployment = await deploy(join(temporaryFolder('idle'), 'data'));
  try {
    await new Promise((done) => setTimeout(done, 10_000));
    const runner = deployment.runnerPid();
    const server = [deployment.process.pid ?? 0, ...descendants(deployment.process.pid ?? 0)].filter((pid) => pid !== runner);
    return [
      { name: 'server, idle', value: server.reduce((sum, pid) => sum + pssMb(pid), 0), unit: 'MB PSS', limit: 400 },
      { name: 'runner, idle', value: pssMb(runner), unit: 'MB PSS', limit: 120 },
    ];
  } finally {
    await deployment.stop();
  }
}

function pssMb(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+)/m)?.[1] ?? 0) / 1024;
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
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
