import type { ToolConfiguration } from '../../configuration/tool-configuration.ts';
import type { Agent, AgentPlace } from '../agent.ts';
export async function openClaude(_t: ToolConfiguration, _p: AgentPlace, _e: Record<string, string | undefined>): Promise<Agent> {
  throw new Error('soon');
}
