import type { ToolConfiguration } from '../../configuration/tool-configuration.ts';
import { tailAtWord } from '../../masking/tail-at-word.ts';
import { spawnMarked, sweepGroup } from '../../process/marked-process.ts';
import type { Agent, AgentEnd, AgentPlace, AgentTask } from '../agent.ts';
import { endAborted, endFailed, endMachineFault, endOk, endTripped, NOTHING_DONE } from '../agent-end.ts';
import { type Trip, watchLimits } from '../watch-limits.ts';
import { readEvents } from './read-events.ts';
import { readText } from './read-text.ts';

/** Reads a program's standard output and tells it as events. */
export interface OutputReader {
  write(chunk: Buffer): void;
  /** The end of the output. */
  end(): void;
  /** What the task's end needs: the last text, the usage. */
  state(): { text: string; sessionId: string | null; usage: AgentEnd['usage'] };
}

const STDERR_KEPT = 4000;

/** Any program as an agent: the prompt on standard input, the worktree as its folder, exit code 0 for success. Started anew for each task. */
export function openCommand(tool: ToolConfiguration, place: AgentPlace, environment: Record<string, string | undefined>): Agent {
  const running = new Set<() => Promise<void>>();
  return {
    id: tool.id,
    type: 'command',
    version: null,
    model: tool.model,
    // It keeps no sessions: each task is told all.
    forks: false,
    run: (task) => runCommand({ tool, place, environment, task, running }),
    close: async () => {
      await Promise.all([...running].map((kill) => kill()));
    },
  };
}

interface CommandTask {
  tool: ToolConfiguration;
  place: AgentPlace;
  environment: Record<string, string | undefined>;
  task: AgentTask;
  running: Set<() => Promise<void>>;
}

async function runCommand(given: CommandTask): Promise<AgentEnd> {
  const { tool, place, task, running } = given;
  if (tool.path === null) return endMachineFault(NOTHING_DONE, 'CONFIGURATION_INVALID', `The tool ${tool.id} has no path.`);
  if (task.signal.aborted || place.signal.aborted) return endAborted(NOTHING_DONE);
  let tripped: Trip | null = null;
  let stopped = false;
  let errors = '';
  const stop = () => {
    stopped = true;
    void child.kill();
  };
  const watch = watchLimits(task.limits, (trip) => {
    tripped = trip;
    void child.kill();
  });
  const tell: AgentTask['onEvent'] = (event) => {
    watch.saw(event);
    if (!tripped && !stopped) task.onEvent(event);
  };
  const reader = tool.events === 'jsonl' ? readEvents(tell) : readText(tell);
  const child = spawnMarked({
    command: tool.path,
    args: tool.args,
    cwd: place.worktree,
    env: commandEnvironment(given),
    input: task.sessionId === null ? task.prompt : (task.wholePrompt ?? task.prompt),
    // What comes after the limit is thrown away unread, so that a flood costs no memory.
    onStdout: (chunk) => {
      if (!tripped && !stopped) reader.write(chunk);
    },
    onStderr: (chunk) => {
      watch.wrote(chunk.length);
      errors = tailAtWord(errors + chunk.toString('utf8'), STDERR_KEPT);
    },
  });
  if (child.pid > 0) tell({ kind: 'started' });
  const kill = () => child.kill();
  running.add(kill);
  task.signal.addEventListener('abort', stop, { once: true });
  place.signal.addEventListener('abort', stop, { once: true });
  const exit = await child.exited;
  watch.stop();
  if (tripped || stopped) await child.kill();
  else sweepGroup(child.pid);
  running.delete(kill);
  task.signal.removeEventListener('abort', stop);
  place.signal.removeEventListener('abort', stop);
  if (!stopped) reader.end();
  const state = reader.state();
  if (stopped) return endAborted(state);
  if (tripped) return endTripped(state, tripped);
  if (exit.spawnError !== null) return endMachineFault(state, 'AGENT_MISSING', `${tool.path} could not be started (${exit.spawnError}).`);
  if (exit.code === 0) return endOk(state);
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  return endFailed(state, 'AGENT_CRASHED', `${tool.name || tool.id} ended with ${how}. ${lastLines(errors)}`.trim());
}

function commandEnvironment(given: CommandTask): Record<string, string> {
  const { tool, place, environment, task } = given;
  const key = tool.key === null ? undefined : environment[tool.key];
  const model = task.model ?? tool.model;
  return {
    ...place.env,
    // The program is the person's own choice, signed in with the person's own files.
    ...(environment.HOME && { HOME: environment.HOME }),
    ...(tool.key !== null && key !== undefined && { [tool.key]: key }),
    ...(model !== null && { SPECWRIGHT_MODEL: model }),
    SPECWRIGHT_ROLE: task.role,
    SPECWRIGHT_JOB: task.jobId,
  };
}

function lastLines(text: string): string {
  return tailAtWord(text.trim().split('\n').slice(-5).join('\n'), 1000);
}
