import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tailAtWord } from '../../masking/tail-at-word.ts';
import { type MarkedProcess, spawnMarked } from '../../process/marked-process.ts';
import { childrenOf } from '../../process/process-table.ts';
import type { AgentPlace } from '../agent.ts';
import type { Contain } from '../contain-writes.ts';
import { prepareHome, removeUnpacked } from './home.ts';

/** Where a server listens and how one is let in. */
export interface ServerAddress {
  url: string;
  authorization: string | null;
}

export interface OpencodeServer extends ServerAddress {
  /** The server's own process, also where bubblewrap's stands before it. */
  pid: number;
  /** Settles when the process is over, with what it said at last. */
  exited: Promise<string>;
  /** Resident memory in bytes; null where it cannot be told. */
  residentBytes(): number | null;
  stop(): Promise<void>;
}

export interface Launch {
  binary: string;
  contain: Contain;
}

export class ServerNotStarted extends Error {
  override name = 'ServerNotStarted';
  readonly missing: boolean;
  constructor(message: string, missing: boolean) {
    super(message);
    this.missing = missing;
  }
}

const START_MS = 60_000;
const STDERR_KEPT = 2000;

/** Starts `opencode serve` on 127.0.0.1 with a random password, in a private home. Throws ServerNotStarted. */
export async function startServer(launch: Launch, place: AgentPlace, config: Record<string, unknown>): Promise<OpencodeServer> {
  const password = randomBytes(18).toString('base64url');
  const env = await prepareHome(place.home, place.env);
  const port = await findFreePort();
  let said = '';
  let errors = '';
  let listening: (url: string) => void = () => {};
  const url = new Promise<string>((resolve) => {
    listening = resolve;
  });
  const { wrapped, ...start } = launch.contain({
    command: launch.binary,
    args: ['serve', '--hostname', '127.0.0.1', '--port', String(port)],
    env: { ...env, OPENCODE_SERVER_PASSWORD: password, OPENCODE_CONFIG_CONTENT: JSON.stringify(config) },
  });
  const child = spawnMarked({
    ...start,
    cwd: place.worktree,
    onStdout: (chunk) => {
      said = tailAtWord(said + chunk.toString('utf8'), STDERR_KEPT);
      const match = said.match(/listening on (http\S+)/);
      if (match?.[1]) listening(match[1]);
    },
    onStderr: (chunk) => {
      errors = tailAtWord(errors + chunk.toString('utf8'), STDERR_KEPT);
    },
  });
  const address = await firstOf(child, url, () => errors);
  const authorization = `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`;
  const exited = child.exited.then(async ({ code, signal }) => {
    // What stood before the server may have died alone, and a server that was killed leaves its shells.
    await child.kill(0);
    await removeUnpacked(env);
    return `opencode ended (${signal ?? `exit code ${code}`}). ${tailAtWord(errors.trim(), 500)}`.trim();
  });
  const pid = (wrapped && childrenOf(child.pid)[0]) || child.pid;
  const stop = async () => {
    await child.kill();
    await removeUnpacked(env);
  };
  return { url: address, authorization, pid, exited, residentBytes: () => residentBytes(pid), stop };
}

async function firstOf(child: MarkedProcess, url: Promise<string>, errors: () => string): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), START_MS);
  });
  const first = await Promise.race([url, child.exited, late]);
  clearTimeout(timer);
  if (typeof first === 'string' && first !== 'late') return first;
  await child.kill();
  if (first === 'late') throw new ServerNotStarted(`opencode did not listen within ${START_MS / 1000} s.`, false);
  const reason = (first as { spawnError: string | null }).spawnError;
  throw new ServerNotStarted(`opencode could not be started: ${reason ?? tailAtWord(errors().trim(), 500)}`, reason !== null);
}

/** Port 0 would mean 4096 to opencode: a server would follow another on the same port, and connections kept alive to the dead one would break. */
async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function residentBytes(pid: number): number | null {
  try {
    const kilobytes = readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
