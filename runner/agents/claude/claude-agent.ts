import type { ToolConfiguration } from '../../configuration/tool-configuration.ts';
import type { Agent, AgentEnd, AgentPlace } from '../agent.ts';
import { endMachineFault, NOTHING_DONE } from '../agent-end.ts';
import { findClaudePath } from '../find-program.ts';
import { keepKey } from '../keep-key.ts';
import { keyOf } from './claude-arguments.ts';
import { type ClaudeTask, callClaude } from './claude-call.ts';
import { isLost } from './claude-end.ts';

/** The `claude` command that is installed and signed in here, or is given a key. One process a task. */
export async function openClaude(
  tool: ToolConfiguration,
  place: AgentPlace,
  environment: Record<string, string | undefined>,
): Promise<Agent> {
  const program = await findClaudePath(tool.path, environment);
  const key = keyOf(tool, environment);
  const keyFile = program !== null && key !== undefined ? await keepKey(place, key) : null;
  const running = new Set<() => Promise<void>>();
  const missing = endMachineFault(NOTHING_DONE, 'AGENT_MISSING', 'The claude command is not on this machine.');
  return {
    id: tool.id,
    type: 'claude-code',
    version: null,
    model: tool.model,
    forks: true,
    run: (task) =>
      program === null ? Promise.resolve(missing) : runOrBegin({ program, tool, place, environment, task, running, keyFile }),
    close: async () => {
      await Promise.all([...running].map((kill) => kill()));
    },
  };
}

/** A session that is lost costs no attempt: a new one begins, with all the context. */
async function runOrBegin(given: ClaudeTask): Promise<AgentEnd> {
  const { task } = given;
  const end = await callClaude(given);
  if (task.sessionId === null || !isLost(end)) return end;
  return callClaude({ ...given, task: { ...task, sessionId: null, fork: false, prompt: task.wholePrompt ?? task.prompt } });
}
