import { parseArgs } from 'node:util';
import { isRevoked } from './identity/server-fault.ts';
import { log, messageOf } from './log.ts';
import { startRegistered } from './start-registered.ts';

/**
 * The runner's executable. Prints one JSON line when it is announced; logs JSON lines to standard error; SIGTERM and SIGINT end it
 * in order, SIGUSR2 drains it. Exit code 2: it was started wrongly, or the server could not be used; 3: it was revoked, now or while it was away.
 */
async function main(): Promise<void> {
  const runner = await startRegistered({ ...readOptions(), environment: process.env, log });
  process.stdout.write(`${JSON.stringify({ ready: true, lifeId: runner.lifeId })}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void runner.close());
  process.on('SIGUSR2', () => runner.drain());
  process.exit((await runner.ended) === 'revoked' ? 3 : 0);
}

function readOptions() {
  const { values } = parseArgs({ options: { 'data-dir': { type: 'string' }, slots: { type: 'string' } } });
  if (!values['data-dir']) throw new Error('Usage: main.ts --data-dir DIR [--slots N]');
  return { dataDir: values['data-dir'], slots: values.slots ? Number(values.slots) : null };
}

main().catch((error) => {
  log('error', 'runner_ended', { message: messageOf(error) });
  process.exit(isRevoked(error) ? 3 : 2);
});
