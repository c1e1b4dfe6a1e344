import type { ToolConfiguration } from '../configuration/tool-configuration.ts';
import type { Agent, AgentPlace } from './agent.ts';

/**
 * Opens an agent for a worktree. Nothing is started before its first task.
 * @param environment where the tool's key, OPENCODE_URL and CLAUDE_PATH are read.
 */
export async function openAgent(
  tool: ToolConfiguration,
  place: AgentPlace,
  environment: Record<string, string | undefined> = process.env,
): Promise<Agent> {
  // Each is loaded when it is needed, so that an idle runner stays small.
  if (tool.type === 'command') return (await import('./command/command-agent.ts')).openCommand(tool, place, environment);
  if (tool.type === 'claude-code') return (await import('./claude/claude-agent.ts')).openClaude(tool, place, environment);
  if (tool.type === 'opencode') return (await import('./opencode/opencode-agent.ts')).openOpencode(tool, place, environment);
  if (tool.type === 'acp') return (await import('./acp/acp-agent.ts')).openAcp(tool, place, environment);
  return (await import('./model/model-agent.ts')).openModel(tool, environment);
}
