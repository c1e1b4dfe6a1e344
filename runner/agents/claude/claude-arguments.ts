import type { ToolConfiguration } from '../../configuration/tool-configuration.ts';
import type { AgentTask } from '../agent.ts';
import { ASK_TOOL } from './claude-dialogue.ts';

/** The command line of one task; the prompt comes on standard input, for it can be longer than an argument may be. */
export function claudeArguments(tool: ToolConfiguration, task: AgentTask, keyFile: string | null): string[] {
  const base = ['-p', '--output-format', 'stream-json', '--verbose', '--include-partial-messages'];
  // The default loads the repository's settings and runs its hooks, and its MCP servers.
  const closed = ['--setting-sources', '', '--strict-mcp-config', ...permissionsOf(task)];
  const settings = ['--settings', JSON.stringify(settingsOf(keyFile))];
  return [...base, ...closed, ...settings, ...toolsOf(task), ...limitsOf(task), ...modelOf(tool, task), ...sessionOf(task), ...tool.args];
}

/** The key comes from its file by a command: in the environment every shell command could print it. */
function settingsOf(keyFile: string | null): Record<string, unknown> {
  const helper = keyFile === null ? {} : { apiKeyHelper: `cat '${keyFile.replaceAll("'", "'\\''")}'` };
  return { includeCoAuthoredBy: false, ...helper };
}

/** Whether claude may ask in the middle of this task. */
export function converses({ role, askPerson }: Pick<AgentTask, 'role' | 'askPerson'>): boolean {
  return role === 'executor' && askPerson !== undefined;
}

/** `dontAsk` denies questions as well: where a person can answer, claude asks for each thing that is not allowed, and is told no. */
function permissionsOf(task: AgentTask): string[] {
  if (!converses(task)) return ['--permission-mode', 'dontAsk'];
  return ['--permission-mode', 'default', '--permission-prompt-tool', 'stdio', '--input-format', 'stream-json'];
}

/** A reviewer has nothing else to call. An executor's plain `Write` would write outside the worktree. */
function toolsOf(task: AgentTask): string[] {
  if (task.role !== 'executor') return ['--tools', 'Read,Grep,Glob'];
  const asking = converses(task) ? `,${ASK_TOOL}` : '';
  return ['--tools', `Read,Write,Edit,Bash,Grep,Glob${asking}`, '--allowedTools', 'Write(./**),Edit(./**),Bash'];
}

function limitsOf(task: AgentTask): string[] {
  const { costMicros, steps } = task.limits;
  const budget = costMicros === null ? [] : ['--max-budget-usd', String(Math.max(1, costMicros) / 1_000_000)];
  return ['--max-turns', String(steps), ...budget];
}

function modelOf(tool: ToolConfiguration, task: AgentTask): string[] {
  const bare = (name: string) => name.replace(/^anthropic\//, '');
  const model = task.model ?? tool.model;
  const { fallbackModel } = task;
  const fallback = fallbackModel === undefined || fallbackModel === model ? [] : ['--fallback-model', bare(fallbackModel)];
  return model === null ? fallback : ['--model', bare(model), ...fallback];
}

function sessionOf(task: AgentTask): string[] {
  const forked = task.fork ? ['--fork-session'] : [];
  const resumed = task.sessionId === null ? [] : ['--resume', task.sessionId, ...forked];
  return task.schema === undefined ? resumed : [...resumed, '--json-schema', JSON.stringify(task.schema)];
}

/** What `claude setup-token` gives. It is no key: no file can hold it for claude. */
const SIGN_IN = 'CLAUDE_CODE_OAUTH_TOKEN';

/** The key that is handed over in a file; undefined: claude is signed in. */
export function keyOf(tool: ToolConfiguration, environment: Record<string, string | undefined>): string | undefined {
  return tool.key === null || tool.key === SIGN_IN ? undefined : environment[tool.key] || undefined;
}

function signInOf(tool: ToolConfiguration, environment: Record<string, string | undefined>): string | undefined {
  return keyOf(tool, environment) === undefined ? environment[SIGN_IN] || undefined : undefined;
}

/** The user's own sign-in is used as it is: HOME stays theirs. A named key wins over it. */
export function claudeEnvironment(
  tool: ToolConfiguration,
  base: Record<string, string>,
  environment: Record<string, string | undefined>,
): Record<string, string> {
  const signIn = signInOf(tool, environment);
  return {
    ...base,
    ...(environment.HOME && { HOME: environment.HOME }),
    ...(environment.CLAUDE_CONFIG_DIR && { CLAUDE_CONFIG_DIR: environment.CLAUDE_CONFIG_DIR }),
    ...(signIn !== undefined && { [SIGN_IN]: signIn }),
    ...(tool.baseUrl !== null && { ANTHROPIC_BASE_URL: tool.baseUrl }),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    // It would keep notes in the person's home, and read them in later runs.
    CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
    // Ten retries of a wrong key would take three minutes.
    CLAUDE_CODE_MAX_RETRIES: '2',
  };
}
