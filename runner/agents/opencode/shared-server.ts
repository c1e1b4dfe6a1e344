import type { AgentPlace } from '../agent.ts';
import { refuseVersion } from './binary.ts';
import { serverConfig } from './config.ts';
import type { OpencodeModel } from './model.ts';
import { type Launch, type OpencodeServer, ServerNotStarted, startServer } from './server.ts';
import { connectWire, type OpencodeWire } from './wire.ts';

/** A server that leaked so much is started anew before the next task. */
const MOST_RESIDENT_BYTES = 1.5 * 1024 ** 3;
const HEALTH_MS = 3000;

export interface RunningServer {
  server: OpencodeServer;
  wire: OpencodeWire;
  version: string;
}

/** The one server of a worktree: executor and reviewer share it. Started at the first task, ended when the last agent closes. */
export interface SharedServer {
  addModel(model: OpencodeModel): void;
  /** The server, started if it is not there, is ill, or does not know a model that was added since. Throws ServerNotStarted. */
  running(softSteps: number): Promise<RunningServer>;
  /** Forgets the running server: the next task starts another. */
  drop(): Promise<void>;
  leave(): Promise<void>;
}

interface Seat {
  shared: SharedServer;
  users: number;
}

const seats = new Map<string, Seat>();

export function joinServer(launch: Launch, place: AgentPlace): SharedServer {
  const key = `${launch.binary}\n${place.home}\n${place.worktree}`;
  const seat = seats.get(key) ?? { shared: makeShared(launch, place, () => leave(key)), users: 0 };
  seat.users++;
  seats.set(key, seat);
  return seat.shared;
}

async function leave(key: string): Promise<void> {
  const seat = seats.get(key);
  if (seat === undefined || --seat.users > 0) return;
  seats.delete(key);
  await seat.shared.drop();
}

function makeShared(launch: Launch, place: AgentPlace, left: () => Promise<void>): SharedServer {
  const models = new Map<string, OpencodeModel>();
  let current: Promise<RunningServer> | null = null;
  let known = '';
  const wanted = () => [...models.keys()].sort().join('\n');
  const drop = async () => {
    const last = current;
    current = null;
    await last?.then(
      ({ server }) => server.stop(),
      () => {},
    );
  };
  const start = async (softSteps: number): Promise<RunningServer> => {
    const server = await startServer(launch, place, serverConfig({ models: [...models.values()], softSteps }));
    const wire = connectWire(server, place.worktree);
    const version = await wire.version().catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    const refusal = refuseVersion(version);
    if (refusal === null) return { server, wire, version };
    await server.stop();
    throw new ServerNotStarted(refusal, true);
  };
  const running = async (softSteps: number) => {
    if (current !== null && (known !== wanted() || !(await isWell(current)))) await drop();
    if (current === null) {
      known = wanted();
      const started = start(softSteps);
      current = started;
      const forget = () => {
        if (current === started) current = null;
      };
      started.then(({ server }) => server.exited.then(forget), forget);
    }
    return current;
  };
  return { addModel: (model) => void models.set(`${model.providerID}/${model.modelID}`, model), running, drop, leave: left };
}

async function isWell(starting: Promise<RunningServer>): Promise<boolean> {
  try {
    const { server, wire } = await starting;
    if ((server.residentBytes() ?? 0) > MOST_RESIDENT_BYTES) return false;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), HEALTH_MS);
    });
    const well = wire.version().then(() => true as const);
    return await Promise.race([well, late]).finally(() => clearTimeout(timer));
  } catch {
    return false;
  }
}
