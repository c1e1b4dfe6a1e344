import type { AnnounceLife } from '@specwright/protocol/pull.ts';

/** Names of what was found, and the type of agent that each makes possible. */
const TYPES: Record<string, string> = { opencode: 'opencode', claude: 'claude-code' };

/** The types and names of agents that this machine can run. Any program can be an agent: `command` and `acp` are always there. */
export function agentsHere(found: AnnounceLife['found']): string[] {
  const here = found.filter(({ ok, name }) => ok && name in TYPES).flatMap(({ name }) => [TYPES[name] ?? name, name]);
  return [...new Set([...here, 'command', 'acp'])];
}
