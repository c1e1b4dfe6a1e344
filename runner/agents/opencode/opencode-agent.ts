import type { ToolConfiguration } from '../../configuration/tool-configuration.ts';
import { DEMO_MODEL, sharedDemoModel } from '../../demo/start-demo-model.ts';
import type { Agent, AgentEnd, AgentPlace, AgentTask } from '../agent.ts';
import { endAborted, endMachineFault, NOTHING_DONE } from '../agent-end.ts';
import { containWrites } from '../contain-writes.ts';
import { keepKey } from '../keep-key.ts';
import { attachAddress } from './attach.ts';
import { findOpencode } from './binary.ts';
import { agentFor } from './config.ts';
import { modelOf } from './model.ts';
import { ServerNotStarted } from './server.ts';
import { joinServer } from './shared-server.ts';
import { runTask, type TaskServer } from './task.ts';

/** opencode as an agent: on a server of the worktree's own, or on one that runs already (`endpoint`, OPENCODE_URL). */
export async function openOpencode(
  tool: ToolConfiguration,
  place: AgentPlace,
  environment: Record<string, string | undefined>,
): Promise<Agent> {
  const endpoint = tool.endpoint ?? (tool.demo ? undefined : environment.OPENCODE_URL);
  if (endpoint) return attachedAgent(tool, place, attachAddress(endpoint, environment));
  const binary = findOpencode(tool, environment);
  if (binary === null) return missingAgent(tool);
  const access = await accessOf(tool, place, environment);
  const own = modelOf(tool.demo ? { ...tool, model: DEMO_MODEL } : tool, access);
  const other = (name: string) => modelOf({ ...tool, model: name, price: null }, access);
  const shared = joinServer({ binary: binary.path, contain: await containWrites(place, environment) }, place);
  shared.addModel(own);
  const serve = async (task: AgentTask): Promise<TaskServer> => {
    const model = task.model === undefined ? own : other(task.model);
    shared.addModel(model);
    // Known beforehand, for a server that does not know a model is started anew.
    if (task.fallbackModel !== undefined) shared.addModel(other(task.fallbackModel));
    // The soft limit leaves the model a turn to sum up before the hard one.
    const { server, wire } = await shared.running(Math.max(1, task.limits.steps - 2));
    return { wire, exited: server.exited, model, agent: agentFor(task), end: shared.drop };
  };
  let left = false;
  const close = async () => {
    if (left) return;
    left = true;
    await shared.leave();
  };
  return { ...about(tool, binary.version), run: (task) => guarded(task, place, serve), close };
}

async function accessOf(tool: ToolConfiguration, place: AgentPlace, environment: Record<string, string | undefined>) {
  if (tool.demo) {
    const demo = await sharedDemoModel(environment);
    return { baseUrl: demo.url, keyReference: await referToKey(place, demo.token) };
  }
  const key = tool.key === null ? undefined : environment[tool.key];
  return { baseUrl: tool.baseUrl, keyReference: key ? await referToKey(place, key) : null };
}

async function referToKey(place: AgentPlace, key: string): Promise<string> {
  return `{file:${await keepKey(place, key)}}`;
}

function attachedAgent(tool: ToolConfiguration, place: AgentPlace, attached: ReturnType<typeof attachAddress>): Agent {
  const serve = async (task: AgentTask): Promise<TaskServer> => {
    const name = task.model ?? tool.model;
    const access = { baseUrl: null, keyReference: null };
    const price = task.model === undefined ? tool.price : null;
    return attached.connect(place.worktree, name === null ? null : modelOf({ ...tool, model: name, price }, access));
  };
  return { ...about(tool, null), run: (task) => guarded(task, place, serve), close: async () => {} };
}

function about(tool: ToolConfiguration, version: string | null): Pick<Agent, 'id' | 'type' | 'version' | 'model' | 'forks'> {
  return { id: tool.id, type: 'opencode', version, model: tool.model, forks: true };
}

function missingAgent(tool: ToolConfiguration): Agent {
  const where = tool.path === null ? `no packaged binary for ${process.platform}-${process.arch}` : `no file ${tool.path}`;
  const end = endMachineFault(NOTHING_DONE, 'AGENT_MISSING', `opencode is not here: ${where}.`);
  return { ...about(tool, null), run: async () => end, close: async () => {} };
}

async function guarded(task: AgentTask, place: AgentPlace, serve: (task: AgentTask) => Promise<TaskServer>): Promise<AgentEnd> {
  if (task.signal.aborted || place.signal.aborted) return endAborted(NOTHING_DONE);
  try {
    return await runTask(task, place, serve);
  } catch (error) {
    const stopped = task.signal.aborted || place.signal.aborted;
    if (stopped) return endAborted(NOTHING_DONE);
    if (error instanceof ServerNotStarted)
      return endMachineFault(NOTHING_DONE, error.missing ? 'AGENT_MISSING' : 'AGENT_CRASHED', error.message);
    return endMachineFault(NOTHING_DONE, 'AGENT_CRASHED', `opencode could not be driven: ${describe(error)}`);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch tells the reason only in the cause.
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
