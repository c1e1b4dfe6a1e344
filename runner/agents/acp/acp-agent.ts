import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ToolConfiguration } from '../../configuration/tool-configuration.ts';
import type { Agent, AgentPlace, AgentTask } from '../agent.ts';
import { type Contain, containWrites, notContained } from '../contain-writes.ts';
import { findOnPath } from '../find-program.ts';
import { priceOf } from '../prices.ts';
import { type AcpProcess, NotStarted, startAcp } from './acp-process.ts';
import { type AcpSeat, runAcpTask } from './acp-task.ts';

type Environment = Record<string, string | undefined>;

/**
 * Any agent of the Agent Client Protocol: a program that speaks it on standard input and output. It is started at the
 * first task and kept until `close`. Where bubblewrap is there, readers have a process of their own, which cannot write
 * in the worktree.
 */
export async function openAcp(tool: ToolConfiguration, place: AgentPlace, environment: Environment): Promise<Agent> {
  const hands = { write: new AcpHand(tool, place, environment, 'write'), read: new AcpHand(tool, place, environment, 'read') };
  const contained = (await containOf(tool, place, environment, 'read')) !== notContained;
  const handFor = (role: AgentTask['role']) => (role === 'executor' || !contained ? hands.write : hands.read);
  const all = Object.values(hands);
  return {
    id: tool.id,
    type: 'acp',
    get version() {
      return all.map((hand) => hand.version).find((version) => version !== null) ?? null;
    },
    model: tool.model,
    get forks() {
      return all.map((hand) => hand.forks).find((forks) => forks !== null) ?? null;
    },
    run: (task) => handFor(task.role).run(task),
    close: async () => {
      await Promise.all(all.map((hand) => hand.drop()));
    },
  };
}

/** The agent's process, started anew when it was ended, and what outlives it. */
class AcpHand {
  readonly #tool: ToolConfiguration;
  readonly #place: AgentPlace;
  readonly #environment: Environment;
  readonly #access: 'read' | 'write';
  readonly #costs = new Map<string, number>();
  #starting: Promise<AcpProcess> | null = null;
  #known = new Set<string>();
  version: string | null = null;
  forks: boolean | null = null;

  constructor(tool: ToolConfiguration, place: AgentPlace, environment: Environment, access: 'read' | 'write') {
    this.#tool = tool;
    this.#place = place;
    this.#environment = environment;
    this.#access = access;
  }

  run(task: AgentTask) {
    const tool = this.#tool;
    const model = task.model ?? tool.model;
    const own = task.model === undefined ? tool.price : null;
    return runAcpTask({
      task,
      worktree: this.#place.worktree,
      life: this.#place.signal,
      model,
      price: { own, table: priceOf(model ?? '', null) },
      sit: () => this.#sit(),
      dropStarting: () => this.drop(),
    });
  }

  async drop(): Promise<void> {
    const last = this.#starting;
    this.#starting = null;
    this.#abort();
    await last?.then(
      (process) => process.kill(100),
      () => {},
    );
  }

  #abort: () => void = () => {};

  async #sit(): Promise<AcpSeat> {
    this.#starting ??= this.#start();
    const process = await this.#starting;
    return { process, known: this.#known, costs: this.#costs, drop: () => this.drop() };
  }

  async #start(): Promise<AcpProcess> {
    const known = new Set<string>();
    this.#known = known;
    const stopped = new AbortController();
    this.#abort = () => stopped.abort();
    const launched = this.#launch(stopped.signal);
    const forget = () => {
      if (this.#known === known) this.#starting = null;
    };
    launched.then((process) => process.exited.then(forget), forget);
    const process = await launched;
    const { agentInfo, agentCapabilities } = process.initialized;
    this.version = agentInfo?.version ?? null;
    this.forks = Boolean(agentCapabilities?.sessionCapabilities?.fork);
    return process;
  }

  async #launch(signal: AbortSignal): Promise<AcpProcess> {
    const tool = this.#tool;
    const { worktree } = this.#place;
    const command = await findProgram(tool.path ?? '', this.#place);
    if (command === null) throw new NotStarted('missing', `${tool.name || tool.id}: there is no program ${tool.path}.`);
    const env = await environmentOf(tool, this.#place, this.#environment);
    const contain = await containOf(tool, this.#place, this.#environment, this.#access);
    const { wrapped: _, ...start } = contain({ command, args: tool.args, env });
    return startAcp(start, worktree, signal);
  }
}

/** What is signed in with a person's own home writes there: only one in a home of the run's own can be contained. */
async function containOf(tool: ToolConfiguration, place: AgentPlace, environment: Environment, access: 'read' | 'write'): Promise<Contain> {
  return tool.home === 'own' ? notContained : containWrites(place, environment, access);
}

/** bubblewrap would tell of a missing program as of a crash. */
async function findProgram(named: string, place: AgentPlace): Promise<string | null> {
  if (!named.includes(path.sep)) return findOnPath(named, place.env);
  const file = path.resolve(place.worktree, named);
  return existsSync(file) ? file : null;
}

async function environmentOf(tool: ToolConfiguration, place: AgentPlace, environment: Environment): Promise<Record<string, string>> {
  const key = tool.key === null ? undefined : environment[tool.key];
  const home = tool.home === 'own' ? environment.HOME : place.home;
  if (tool.home === 'private') await mkdir(place.home, { recursive: true });
  return {
    ...place.env,
    ...(home && { HOME: home }),
    // opencode's opens a port of its own beside the protocol, with no password unless it is told one.
    OPENCODE_SERVER_PASSWORD: randomBytes(18).toString('base64url'),
    ...(tool.key !== null && key && { [tool.key]: key }),
    ...tool.env,
  };
}
