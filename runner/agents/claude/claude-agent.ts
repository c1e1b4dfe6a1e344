import type { ToolConfiguration } from '../../configuration/tool-configuration.ts';
import { tailAtWord } from '../../masking/tail-at-word.ts';
import { spawnMarked } from '../../process/marked-process.ts';
import type { Agent, AgentEnd, AgentPlace, AgentTask } from '../agent.ts';
import { type EndState, endAborted, endMachineFault, endTripped, NOTHING_DONE } from '../agent-end.ts';
import { findClaudePath } from '../find-program.ts';
import { keepKey } from '../keep-key.ts';
import { priceOf } from '../prices.ts';
import { readLines } from '../read-lines.ts';
import { type Trip, watchLimits } from '../watch-limits.ts';
import { claudeArguments, claudeEnvironment, converses, keyOf } from './claude-arguments.ts';
import { makeDialogue } from './claude-dialogue.ts';
import { endOfApiError, endOfExit, endOfResult, isLost } from './claude-end.ts';
import { ClaudeReader } from './claude-reader.ts';
import { streamMessageSchema } from './stream-message.ts';

const STDERR_KEPT = 4000;
const SHORTEST_WAIT_MS = 1000;

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

interface ClaudeTask {
  program: string;
  tool: ToolConfiguration;
  place: AgentPlace;
  environment: Record<string, string | undefined>;
  task: AgentTask;
  running: Set<() => Promise<void>>;
  /** null: the user's own sign-in. */
  keyFile: string | null;
}

/** A session that is lost costs no attempt: a new one begins, with all the context. */
async function runOrBegin(given: ClaudeTask): Promise<AgentEnd> {
  const { task } = given;
  const end = await runClaude(given);
  if (task.sessionId === null || !isLost(end)) return end;
  return runClaude({ ...given, task: { ...task, sessionId: null, fork: false, prompt: task.wholePrompt ?? task.prompt } });
}

async function runClaude({ program, tool, place, environment, task, running, keyFile }: ClaudeTask): Promise<AgentEnd> {
  if (task.signal.aborted || place.signal.aborted) return endAborted(NOTHING_DONE);
  let cut: { kind: 'aborted' } | { kind: 'tripped'; trip: Trip } | { kind: 'refused' } | null = null;
  const end = (why: NonNullable<typeof cut>) => {
    cut ??= why;
    over.abort();
    void child.kill();
  };
  const over = new AbortController();
  const stop = () => end({ kind: 'aborted' });
  const watch = watchLimits(task.limits, (trip) => end({ kind: 'tripped', trip }));
  const own = task.model === undefined ? priceOf(tool.model ?? '', tool.price) : priceOf(task.model, null);
  const reader = new ClaudeReader((event) => {
    watch.saw(event);
    if (cut === null) task.onEvent(event);
  }, own);
  const say = (line: string) => void child.stdin?.write(`${line}\n`);
  const dialogue = converses(task) ? makeDialogue({ task, watch, say, over: over.signal }) : null;
  const lines = readLines((line) => {
    const read = parseJson(line);
    dialogue?.hear(read);
    const message = streamMessageSchema.safeParse(read);
    if (message.success) reader.read(message.data);
    // It would wait for another prompt.
    if (reader.result !== null) child.stdin?.end();
    if (reader.refusedStatus !== null) end({ kind: 'refused' });
  });
  let errors = '';
  const child = spawnMarked({
    command: program,
    args: claudeArguments(tool, task, keyFile),
    cwd: place.worktree,
    env: claudeEnvironment(tool, place.env, environment),
    ...(dialogue === null ? { input: task.prompt } : { openInput: true }),
    onStdout: (chunk) => {
      if (cut === null) lines.write(chunk);
    },
    onStderr: (chunk) => {
      watch.wrote(chunk.length);
      errors = tailAtWord(errors + chunk.toString('utf8'), STDERR_KEPT);
    },
  });
  const kill = () => child.kill();
  running.add(kill);
  task.signal.addEventListener('abort', stop, { once: true });
  place.signal.addEventListener('abort', stop, { once: true });
  dialogue?.begin();
  const exit = await child.exited;
  over.abort();
  if (cut === null) lines.end();
  watch.stop();
  // Its shell's children have groups of their own and outlive it.
  await child.kill();
  running.delete(kill);
  task.signal.removeEventListener('abort', stop);
  place.signal.removeEventListener('abort', stop);
  const begun = task.sessionId === null ? 'new' : task.fork ? 'forked' : 'resumed';
  const state: EndState = { text: reader.text, sessionId: reader.sessionId ?? task.sessionId, begun, usage: reader.usage };
  const why = cut as { kind: 'aborted' } | { kind: 'tripped'; trip: Trip } | { kind: 'refused' } | null;
  if (why?.kind === 'aborted') return endAborted(state);
  if (why?.kind === 'tripped') return endTripped(state, why.trip);
  if (why?.kind === 'refused') return endOfApiError(state, reader.refusedStatus, 'The provider refused the key.');
  if (reader.result === null) return endOfExit(state, exit, errors);
  const limitMs = reader.limitEndsAt === null ? null : Math.max(SHORTEST_WAIT_MS, reader.limitEndsAt - Date.now());
  return endOfResult(state, reader.result, task, limitMs);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
