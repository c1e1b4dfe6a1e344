import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AnnounceLife } from '@specwright/protocol/pull.ts';
import type { Configuration, RunSettings } from '@specwright/protocol/run-plan.ts';
import { findOnPath } from '../agents/find-program.ts';
import { chooseTools } from './choose-tools.ts';
import type { ConfigFile } from './config-file.ts';
import { defaultTool } from './default-tool.ts';
import { detectChecks } from './detect-checks.ts';
import { type ConfigProblem, readConfigFile } from './read-config-file.ts';
import type { ToolConfiguration } from './tool-configuration.ts';

export interface ResolveInput {
  worktree: string;
  settings: RunSettings;
  environment: Record<string, string | undefined>;
  found: AnnounceLife['found'];
}

export interface Resolved {
  ok: true;
  configuration: Configuration;
  executor: ToolConfiguration;
  reviewer: ToolConfiguration;
  /** Answers typed calls: plans and decisions. */
  planner: ToolConfiguration;
  /** The repository's rules, one text; empty: none. */
  rules: string;
  setup: string | null;
  /** As in `configuration`, with their time limits. null: the default. */
  checks: (Configuration['checks'][number] & { timeoutMs: number | null })[];
  budgets: NonNullable<ConfigFile['budgets']>;
  warnings: string[];
}

export const CONFIG_FILE = '.handoff/config.yaml';
const DEFAULT_MAX_ITERATIONS = 5;

/** What holds for a run in this worktree: the run's settings, else the repository's file, else the defaults. A wrong file is a refusal with its line. */
export async function resolveConfiguration(input: ResolveInput): Promise<Resolved | ConfigProblem> {
  const { worktree, settings, environment } = input;
  const text = await readConfigText(worktree);
  const read = readConfigFile(text ?? '', CONFIG_FILE, environment);
  if (!read.ok) return read;
  const chosen = chooseTools(read, settings, () => defaultTool(environment));
  if (!chosen.ok) return { ...chosen, file: CONFIG_FILE };
  const { config } = read;
  const { executor, reviewer, planner } = chosen;
  const absent = missingProgram([executor, reviewer, planner], input);
  if (absent !== null) return { ok: false, file: CONFIG_FILE, line: null, message: absent };
  const { checks, absent: leftOut } = await checksOf(config, input);
  const configuration: Configuration = {
    executor: shown(executor),
    reviewer: shown(reviewer),
    maxIterations: settings.maxIterations ?? config.defaults?.maxIterations ?? DEFAULT_MAX_ITERATIONS,
    checks: checks.map(({ timeoutMs: _, ...check }) => check),
    demo: executor.demo,
    accountFingerprint: fingerprint(executor, environment),
  };
  const rules = [config.rules ?? []].flat().join('\n').trim();
  const warnings = [...read.warnings, ...leftOut, ...warningsOf(configuration, input, [executor, reviewer, planner])];
  return {
    ok: true,
    configuration,
    executor,
    reviewer,
    planner,
    rules,
    setup: config.setup ?? null,
    checks,
    budgets: config.budgets ?? {},
    warnings,
  };
}

/** `.yml` is read as well. null: the repository has no configuration. */
async function readConfigText(worktree: string): Promise<string | null> {
  const file = path.join(worktree, CONFIG_FILE);
  const read = (name: string) => readFile(name, 'utf8').catch(() => null);
  return (await read(file)) ?? (await read(file.replace(/\.yaml$/, '.yml')));
}

/** A detected check whose program is not on this machine would fail whatever the agent does: it is left out, and that is said. */
async function checksOf(config: ConfigFile, input: ResolveInput): Promise<{ checks: Resolved['checks']; absent: string[] }> {
  // An empty list is a word as well: no checks.
  if (config.checks != null) {
    const checks = config.checks.map(({ timeout, ...check }) => ({ ...check, source: 'configured' as const, timeoutMs: timeout ?? null }));
    return { checks, absent: [] };
  }
  const checks: Resolved['checks'] = [];
  const absent: string[] = [];
  for (const check of await detectChecks(input.worktree)) {
    const program = check.command.split(' ')[0] ?? '';
    if ((await findOnPath(program, input.environment)) !== null) checks.push({ ...check, timeoutMs: null });
    else
      absent.push(
        `The check "${check.command}" was detected and left out: ${program} is not on this machine. Install it, or name checks in ${CONFIG_FILE}.`,
      );
  }
  return { checks, absent };
}

function missingProgram(tools: ToolConfiguration[], input: ResolveInput): string | null {
  const claude = tools.find((tool) => tool.type === 'claude-code' && tool.path === null);
  if (claude === undefined || input.environment.CLAUDE_PATH) return null;
  const found = input.found.find(({ name }) => name === 'claude');
  return found !== undefined && !found.ok ? `"${claude.id}" needs the claude command, which is not on this machine.` : null;
}

function warningsOf(configuration: Configuration, input: ResolveInput, tools: ToolConfiguration[]): string[] {
  const warnings: string[] = [];
  if (configuration.checks.length === 0)
    warnings.push(`No checks are configured or were detected: nothing is run against the work. Add checks to ${CONFIG_FILE}.`);
  for (const tool of tools) {
    const unset = tool.key !== null && !input.environment[tool.key] && tool.type !== 'claude-code';
    const warning = `${tool.id}: the environment variable ${tool.key} is not set on this machine.`;
    if (unset && !warnings.includes(warning)) warnings.push(warning);
  }
  return warnings;
}

function shown(tool: ToolConfiguration): Configuration['executor'] {
  return { id: tool.id, type: tool.type, model: tool.model };
}

/** Names the account that pays without telling its key. */
export function fingerprint(tool: Pick<ToolConfiguration, 'key'>, environment: Record<string, string | undefined>): string | null {
  const key = tool.key === null ? undefined : environment[tool.key];
  return key ? createHash('sha256').update(`specwright account\n${key}`).digest('hex').slice(0, 16) : null;
}
