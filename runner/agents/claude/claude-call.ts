import type { ToolConfiguration } from '../../configuration/tool-configuration.ts';
import { tailAtWord } from '../../masking/tail-at-word.ts';
import { type MarkedProcess, type ProcessExit, spawnMarked } from '../../process/marked-process.ts';
import type { AgentEnd, AgentPlace, AgentTask } from '../agent.ts';
import { type EndState, endAborted, endTripped, NOTHING_DONE } from '../agent-end.ts';
import { priceOf } from '../prices.ts';
import { readLines } from '../read-lines.ts';
import { type Trip, watchLimits } from '../watch-limits.ts';
import { claudeArguments, claudeEnvironment, converses } from './claude-arguments.ts';
import { makeDialogue } from './claude-dialogue.ts';
import { endOfApiError, endOfExit, endOfResult } from './claude-end.ts';
import { ClaudeReader } from './claude-reader.ts';
import { streamMessageSchema } from './stream-message.ts';

const STDERR_KEPT = 4000;
const SHORTEST_WAIT_MS = 1000;

export interface ClaudeTask {
  program: string;
  tool: ToolConfiguration;
  place: AgentPlace;
  environment: Record<string, string | undefined>;
  task: AgentTask;
  /** How to end the processes that run. */
  running: Set<() => Promise<void>>;
  /** null: the user's own sign-in. */
  keyFile: string | null;
}

type Cut = { kind: 'aborted' } | { kind: 'tripped'; trip: Trip } | { kind: 'refused' };

/** One process of claude, and all that is heard of it until its end. */
export async function callClaude(given: ClaudeTask): Promise<AgentEnd> {
  const { task, place } = given;
  if (task.signal.aborted || place.signal.aborted) return endAborted(NOTHING_DONE);
  return new ClaudeCall(given).run();
}

class ClaudeCall {
  readonly #given: ClaudeTask;
  readonly #reader: ClaudeReader;
  readonly #watch: ReturnType<typeof watchLimits>;
  readonly #dialogue: ReturnType<typeof makeDialogue> | null;
  readonly #lines = readLines((line) => this.#hear(parseJson(line)));
  /** Aborted with the call: nobody waits for a person's answer any more. */
  readonly #over = new AbortController();
  #child: MarkedProcess | null = null;
  #cut: Cut | null = null;
  #errors = '';

  constructor(given: ClaudeTask) {
    const { task, tool } = given;
    this.#given = given;
    this.#watch = watchLimits(task.limits, (trip) => this.#end({ kind: 'tripped', trip }));
    const price = task.model === undefined ? priceOf(tool.model ?? '', tool.price) : priceOf(task.model, null);
    this.#reader = new ClaudeReader((event) => {
      this.#watch.saw(event);
      if (this.#cut === null) task.onEvent(event);
    }, price);
    const say = (line: string) => void this.#child?.stdin?.write(`${line}\n`);
    this.#dialogue = converses(task) ? makeDialogue({ task, watch: this.#watch, say, over: this.#over.signal }) : null;
  }

  async run(): Promise<AgentEnd> {
    const { task, place, running } = this.#given;
    const child = this.#spawn();
    this.#child = child;
    const kill = () => child.kill();
    const stop = () => this.#end({ kind: 'aborted' });
    running.add(kill);
    task.signal.addEventListener('abort', stop, { once: true });
    place.signal.addEventListener('abort', stop, { once: true });
    this.#dialogue?.begin();
    const exit = await child.exited;
    this.#over.abort();
    if (this.#cut === null) this.#lines.end();
    this.#watch.stop();
    // Its shell's children have groups of their own and outlive it.
    await child.kill();
    running.delete(kill);
    task.signal.removeEventListener('abort', stop);
    place.signal.removeEventListener('abort', stop);
    return this.#endOf(exit);
  }

  #spawn(): MarkedProcess {
    const { program, tool, place, environment, task, keyFile } = this.#given;
    return spawnMarked({
      command: program,
      args: claudeArguments(tool, task, keyFile),
      cwd: place.worktree,
      env: claudeEnvironment(tool, place.env, environment),
      ...(this.#dialogue === null ? { input: task.prompt } : { openInput: true }),
      onStdout: (chunk) => {
        if (this.#cut === null) this.#lines.write(chunk);
      },
      onStderr: (chunk) => {
        this.#watch.wrote(chunk.length);
        this.#errors = tailAtWord(this.#errors + chunk.toString('utf8'), STDERR_KEPT);
      },
    });
  }

  #hear(said: unknown): void {
    this.#dialogue?.hear(said);
    const message = streamMessageSchema.safeParse(said);
    if (message.success) this.#reader.read(message.data);
    // It would wait for another prompt.
    if (this.#reader.result !== null) this.#child?.stdin?.end();
    if (this.#reader.refusedStatus !== null) this.#end({ kind: 'refused' });
  }

  #end(why: Cut): void {
    this.#cut ??= why;
    this.#over.abort();
    void this.#child?.kill();
  }

  #endOf(exit: ProcessExit): AgentEnd {
    const { task } = this.#given;
    const reader = this.#reader;
    const begun = task.sessionId === null ? 'new' : task.fork ? 'forked' : 'resumed';
    const state: EndState = { text: reader.text, sessionId: reader.sessionId ?? task.sessionId, begun, usage: reader.usage };
    if (this.#cut?.kind === 'aborted') return endAborted(state);
    if (this.#cut?.kind === 'tripped') return endTripped(state, this.#cut.trip);
    if (this.#cut?.kind === 'refused') return endOfApiError(state, reader.refusedStatus, 'The provider refused the key.');
    if (reader.result === null) return endOfExit(state, exit, this.#errors);
    const limitMs = reader.limitEndsAt === null ? null : Math.max(SHORTEST_WAIT_MS, reader.limitEndsAt - Date.now());
    return endOfResult(state, reader.result, task, limitMs);
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
