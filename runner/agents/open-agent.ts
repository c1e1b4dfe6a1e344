import type { ToolConfiguration } from '../configuration/tool-configuration.ts';
import type { Agent, AgentPlace } from './agent.ts';
import { openClaude } from './claude/claude-agent.ts';
import { openCommand } from './command/command-agent.ts';
import { openOpencode } from './opencode/opencode-agent.ts';

/**
 * Opens an agent for a worktree. Nothing is started before its first task.
 * @param environment where the tool's key, OPENCODE_URL and CLAUDE_PATH are read.
 */
export async function openAgent(
  tool: ToolConfiguration,
  place: AgentPlace,
  environment: Record<string, string | undefined> = process.env,
): Promise<Agent> {
  if (tool.type === 'command') return openCommand(tool, place, environment);
  if (tool.type === 'claude-code') return openClaude(tool, place, environment);
  if (tool.type === 'opencode') return openOpencode(tool, place, environment);
  throw new Error(`There is no agent of type ${tool.type} yet: the configuration's reader refuses it`);
}
