import type { ToolConfiguration } from '../../configuration/tool-configuration.ts';
import type { AgentTask } from '../agent.ts';

/** The command line of one task; the prompt comes on standard input, for it can be longer than an argument may be. */
export function claudeArguments(tool: ToolConfiguration, task: AgentTask): string[] {
  const base = ['-p', '--output-format', 'stream-json', '--verbose', '--include-partial-messages'];
  // The default loads the repository's settings and runs its hooks, and its MCP servers.
  const closed = ['--setting-sources', '', '--strict-mcp-config', '--permission-mode', 'dontAsk'];
  return [...base, ...closed, ...toolsOf(task), ...limitsOf(task), ...modelOf(tool), ...sessionOf(task), ...tool.args];
}

/** A reviewer has nothing else to call. An executor's plain `Write` would write outside the worktree. */
function toolsOf(task: AgentTask): string[] {
  if (task.role === 'reviewer') return ['--tools', 'Read,Grep,Glob'];
  return ['--tools', 'Read,Write,Edit,Bash,Grep,Glob', '--allowedTools', 'Write(./**),Edit(./**),Bash'];
}

function limitsOf(task: AgentTask): string[] {
  const { costMicros, steps } = task.limits;
  const budget = costMicros === null ? [] : ['--max-budget-usd', String(Math.max(1, costMicros) / 1_000_000)];
  return ['--max-turns', String(steps), ...budget];
}

function modelOf(tool: ToolConfiguration): string[] {
  return tool.model === null ? [] : ['--model', tool.model.replace(/^anthropic\//, '')];
}

function sessionOf(task: AgentTask): string[] {
  const resumed = task.sessionId === null ? [] : ['--resume', task.sessionId];
  return task.schema === undefined ? resumed : [...resumed, '--json-schema', JSON.stringify(task.schema)];
}

/** The user's own sign-in is used as it is: HOME stays theirs. A named key wins over it. */
export function claudeEnvironment(
  tool: ToolConfiguration,
  base: Record<string, string>,
  environment: Record<string, string | undefined>,
): Record<string, string> {
  const key = tool.key === null ? undefined : environment[tool.key];
  const keyName = tool.baseUrl === null ? 'ANTHROPIC_API_KEY' : 'ANTHROPIC_AUTH_TOKEN';
  return {
    ...base,
    ...(environment.HOME && { HOME: environment.HOME }),
    ...(environment.CLAUDE_CONFIG_DIR && { CLAUDE_CONFIG_DIR: environment.CLAUDE_CONFIG_DIR }),
    ...(key && { [keyName]: key }),
    ...(tool.baseUrl !== null && { ANTHROPIC_BASE_URL: tool.baseUrl }),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    // Ten retries of a wrong key would take three minutes.
    CLAUDE_CODE_MAX_RETRIES: '2',
  };
}
