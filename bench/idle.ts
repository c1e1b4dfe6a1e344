import { join } from 'node:path';
import { deploy } from '../tests/support/deployment.ts';
import { temporaryFolder } from '../tests/support/repository.ts';
import type { Figure } from './figure.ts';
import { pssMb, serverPids } from './process-figures.ts';

/** What server and runner take when nothing happens: proportional set size, ten seconds after the start. Linux only. */
export async function idle(): Promise<Figure[]> {
  const deployment = await deploy(join(temporaryFolder('idle'), 'data'));
  try {
    await new Promise((done) => setTimeout(done, 10_000));
    return [
      { name: 'server, idle', value: pssMb(serverPids(deployment)), unit: 'MB PSS', limit: 400 },
      { name: 'runner, idle', value: pssMb([deployment.runnerPid()]), unit: 'MB PSS', limit: 120 },
    ];
  } finally {
    await deployment.stop();
  }
}
