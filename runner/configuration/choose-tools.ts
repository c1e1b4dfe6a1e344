import type { RunSettings } from '@specwright/protocol/run-plan.ts';
import type { ConfigFile, ToolEntry } from './config-file.ts';
import type { ReadConfig } from './read-config-file.ts';
import { BARE_TOOL, type ToolConfiguration } from './tool-configuration.ts';

export type Chosen =
  | { ok: true; executor: ToolConfiguration; reviewer: ToolConfiguration; planner: ToolConfiguration }
  | { ok: false; line: number | null; message: string };

const CLAUDE_MODEL = /^(claude|opus|sonnet|haiku)/i;
const KINDS = ['executors', 'planners', 'reviewers'] as const;

/** Picks executor, reviewer and planner: the run's word, else the file's default, else the first of the file, else what `otherwise` gives. */
export function chooseTools(read: ReadConfig, settings: RunSettings, otherwise: () => ToolConfiguration | string): Chosen {
  const { config, lineOf } = read;
  const wrong = findWrong(config, lineOf);
  if (wrong !== null) return wrong;
  const executor = chooseExecutor(config, settings, otherwise);
  if (typeof executor === 'string') return { ok: false, line: null, message: executor };
  const reviewer = chooseReviewer(config, settings, executor);
  if (typeof reviewer === 'string') return { ok: false, line: null, message: reviewer };
  if (executor.type === 'model') return cannotExecute(executor, config, lineOf);
  const planner = choosePlanner(config, executor, reviewer);
  return { ok: true, executor, reviewer, planner };
}

function chooseExecutor(
  config: ConfigFile,
  settings: RunSettings,
  otherwise: () => ToolConfiguration | string,
): ToolConfiguration | string {
  const entries = config.tools?.executors ?? [];
  const wanted = settings.executor ?? config.defaults?.executor ?? entries[0]?.id;
  const entry = entries.find(({ id }) => id === wanted);
  if (entry) return complete(entry, entry.type);
  const built = otherwise();
  if (typeof built === 'string' || wanted === undefined || wanted === built.id) return built;
  return `The run wants the executor "${wanted}", which this repository's configuration does not have (${listIds(entries)}).`;
}

/** With nothing said, the executor's own model reviews, in a session of its own with read-only tools. */
function chooseReviewer(config: ConfigFile, settings: RunSettings, executor: ToolConfiguration): ToolConfiguration | string {
  const entries = config.tools?.reviewers ?? [];
  const executors = config.tools?.executors ?? [];
  const wanted = settings.reviewer ?? config.defaults?.reviewer ?? entries[0]?.id;
  if (wanted === undefined || wanted === executor.id) {
    const own = entries.find(({ id }) => id === wanted);
    return own ? inherit(own, executor) : executor;
  }
  const same = executors.find(({ id }) => id === wanted);
  const entry = entries.find(({ id }) => id === wanted);
  if (entry) return inherit(entry, same ? complete(same, same.type) : executor);
  if (same) return complete(same, same.type);
  return `The run wants the reviewer "${wanted}", which this repository's configuration does not have (${listIds(entries)}).`;
}

/** With nothing said, the reviewer's tool plans and decides: it only reads as well. An unknown default was refused before. */
function choosePlanner(config: ConfigFile, executor: ToolConfiguration, reviewer: ToolConfiguration): ToolConfiguration {
  const entries = config.tools?.planners ?? [];
  const wanted = config.defaults?.planner ?? entries[0]?.id;
  const entry = entries.find(({ id }) => id === wanted);
  const same = (config.tools?.executors ?? []).find(({ id }) => id === wanted);
  if (entry) return inherit(entry, same ? complete(same, same.type) : executor);
  if (wanted === undefined) return reviewer;
  return wanted === executor.id ? executor : same ? complete(same, same.type) : reviewer;
}

/** A reviewer without a type: the `claude` command for its models, else opencode with the connection of the executor. */
function inherit(entry: ToolEntry, from: ToolConfiguration): ToolConfiguration {
  if (entry.type !== undefined) return complete(entry, entry.type);
  if (entry.model !== undefined && CLAUDE_MODEL.test(entry.model) && from.type !== 'claude-code') return complete(entry, 'claude-code');
  if (from.type !== 'opencode')
    return entry.id === from.id || from.type === 'claude-code' ? over(from, entry) : complete(entry, 'opencode');
  return over(from, entry);
}

function over(from: ToolConfiguration, entry: ToolEntry): ToolConfiguration {
  const { type: _, ...said } = entry;
  return { ...from, price: null, ...said, demo: from.demo && entry.model === undefined, name: entry.name ?? entry.id };
}

function complete(entry: ToolEntry, type: ToolConfiguration['type']): ToolConfiguration {
  const { type: _, ...said } = entry;
  const key = said.key ?? defaultKey(said, type);
  const whole = { ...BARE_TOOL, type, ...said, key, name: entry.name ?? entry.id };
  return type === 'model'
    ? { ...whole, baseUrl: whole.baseUrl ?? whole.endpoint, api: said.api ?? apiOf(whole.baseUrl ?? whole.endpoint ?? '') }
    : whole;
}

/** Anthropic's own address, and those of others that speak its API, say so. */
function apiOf(address: string): ToolConfiguration['api'] {
  return /anthropic/i.test(address) ? 'anthropic' : 'openai';
}

/** The variables that providers' own tools read. */
function defaultKey(entry: Omit<ToolEntry, 'type'>, type: ToolConfiguration['type']): string | null {
  const provider = entry.model?.split('/')[0] ?? '';
  if (type === 'claude-code') return 'ANTHROPIC_API_KEY';
  if (type !== 'opencode' || entry.baseUrl !== undefined) return null;
  return (
    { anthropic: 'ANTHROPIC_API_KEY', openai: 'OPENAI_API_KEY', openrouter: 'OPENROUTER_API_KEY' }[provider] ??
    (/^(zai|zhipuai)/.test(provider) ? 'ZHIPU_API_KEY' : null)
  );
}

/** What no schema sees: an id twice, a default that names nothing, a tool that lacks what its type needs. */
function findWrong(config: ConfigFile, lineOf: ReadConfig['lineOf']): Extract<Chosen, { ok: false }> | null {
  for (const kind of KINDS) {
    const entries = config.tools?.[kind] ?? [];
    const seen = new Set<string>();
    for (const [index, entry] of entries.entries()) {
      const line = lineOf(['tools', kind, index, 'id']);
      if (seen.has(entry.id)) return { ok: false, line, message: `tools.${kind}: the id "${entry.id}" is there twice.` };
      seen.add(entry.id);
      const lack = lacks(entry);
      if (lack !== null) return { ok: false, line, message: `tools.${kind}: "${entry.id}" ${lack}` };
    }
  }
  return findUnknownDefault(config, lineOf);
}

function lacks(entry: ToolEntry): string | null {
  if (entry.type === 'command' && entry.path === undefined) return 'is a command and needs a path: the program to run.';
  if (entry.type === 'acp' && entry.path === undefined) return 'is of type acp and needs a path: the program that speaks the protocol.';
  if (entry.type === 'model' && (entry.model === undefined || (entry.baseUrl ?? entry.endpoint) === undefined))
    return 'is of type model and needs a baseUrl and a model.';
  if (entry.type === 'opencode' && entry.model === undefined && entry.endpoint === undefined) return 'needs a model.';
  if (entry.baseUrl !== undefined && entry.model === undefined) return 'has a baseUrl and needs a model: the id that is sent there.';
  return null;
}

function findUnknownDefault(config: ConfigFile, lineOf: ReadConfig['lineOf']): Extract<Chosen, { ok: false }> | null {
  for (const role of ['executor', 'planner', 'reviewer'] as const) {
    const wanted = config.defaults?.[role];
    const own = config.tools?.[`${role}s`] ?? [];
    const others = role === 'executor' ? [] : (config.tools?.executors ?? []);
    if (wanted === undefined || [...own, ...others].some(({ id }) => id === wanted)) continue;
    const line = lineOf(['defaults', role]);
    return { ok: false, line, message: `defaults.${role}: there is no ${role} "${wanted}" (${listIds(own)}).` };
  }
  return null;
}

function cannotExecute(tool: ToolConfiguration, config: ConfigFile, lineOf: ReadConfig['lineOf']): Extract<Chosen, { ok: false }> {
  const index = (config.tools?.executors ?? []).findIndex(({ id }) => id === tool.id);
  const message = `"${tool.id}" is of type model: it has no tools and cannot carry out chunks. It can review and plan.`;
  return { ok: false, line: lineOf(['tools', 'executors', Math.max(0, index), 'type']), message };
}

function listIds(entries: { id: string }[]): string {
  return entries.length === 0 ? 'there are none' : `there are ${entries.map(({ id }) => id).join(', ')}`;
}
