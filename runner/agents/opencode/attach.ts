import { refuseVersion } from './binary.ts';
import type { OpencodeModel } from './model.ts';
import { ServerNotStarted } from './server.ts';
import type { TaskServer } from './task.ts';
import { connectWire } from './wire.ts';

/** A server that somebody else runs: its password stands in the address (`http://user:password@…`) or in OPENCODE_SERVER_PASSWORD. */
export function attachAddress(endpoint: string, environment: Record<string, string | undefined>) {
  const url = new URL(endpoint);
  const password = decodeURIComponent(url.password) || environment.OPENCODE_SERVER_PASSWORD;
  const user = decodeURIComponent(url.username) || 'opencode';
  const authorization = password ? `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` : null;
  const address = { url: url.origin, authorization };
  const connect = async (worktree: string, model: OpencodeModel | null): Promise<TaskServer> => {
    const wire = connectWire(address, worktree);
    const version = await wire.version().catch((error: Error) => {
      throw new ServerNotStarted(`No opencode answers at ${address.url}: ${error.message}`, true);
    });
    const refusal = refuseVersion(version);
    if (refusal !== null) throw new ServerNotStarted(refusal, true);
    // It is not ours: it is neither watched nor ended, and it does not know our agents.
    return { wire, exited: new Promise(() => {}), model, agent: null, end: async () => {} };
  };
  return { connect };
}
