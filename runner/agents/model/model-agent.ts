import { randomUUID } from 'node:crypto';
import type { Usage } from '@specwright/protocol/usage.ts';
import type { ToolConfiguration } from '../../configuration/tool-configuration.ts';
import type { Agent, AgentEnd, AgentTask } from '../agent.ts';
import { type EndState, endAborted, endFailed, endMachineFault, endOk, endProviderFault, endTripped, NOTHING_DONE } from '../agent-end.ts';
import { costOf, priceOf, type TokenCount } from '../prices.ts';
import { type Trip, watchLimits } from '../watch-limits.ts';
import { anthropicApi, type Message, type ModelNews, openaiApi } from './model-api.ts';
import { callModel, ModelFault } from './model-call.ts';

const MOST_TOKENS = 32_000;
const LIMIT_MS = 60_000;
const DOWN_MS = 30_000;

/** A model behind an address, without an agent: it has no tools, sees only its prompt, and keeps its sessions while it is open. */
export async function openModel(tool: ToolConfiguration, environment: Record<string, string | undefined>): Promise<Agent> {
  const sessions = new Map<string, Message[]>();
  const running = new Set<AbortController>();
  return {
    id: tool.id,
    type: 'model',
    version: null,
    model: tool.model,
    forks: true,
    run: (task) => runModel({ tool, environment, task, sessions, running }),
    close: async () => {
      for (const one of running) one.abort();
      sessions.clear();
    },
  };
}

interface ModelTask {
  tool: ToolConfiguration;
  environment: Record<string, string | undefined>;
  task: AgentTask;
  sessions: Map<string, Message[]>;
  running: Set<AbortController>;
}

async function runModel(given: ModelTask): Promise<AgentEnd> {
  const { tool, task, running } = given;
  if (task.signal.aborted) return endAborted(NOTHING_DONE);
  if (task.role === 'executor')
    return endMachineFault(NOTHING_DONE, 'CONFIGURATION_INVALID', `${tool.id} is a model without tools: it cannot change files.`);
  const stopped = new AbortController();
  let trip: Trip | null = null;
  const watch = watchLimits(task.limits, (found) => {
    trip = found;
    stopped.abort();
  });
  const stop = () => stopped.abort();
  running.add(stopped);
  task.signal.addEventListener('abort', stop, { once: true });
  const answer = new ModelAnswer(given, (event) => {
    watch.saw(event);
    if (!stopped.signal.aborted) task.onEvent(event);
  });
  try {
    const end = await answer.ask(stopped.signal);
    return trip === null ? end : endTripped(answer.state, trip);
  } catch (error) {
    if (trip !== null) return endTripped(answer.state, trip);
    return stopped.signal.aborted ? endAborted(answer.state) : endOfFault(answer.state, error);
  } finally {
    watch.stop();
    running.delete(stopped);
    task.signal.removeEventListener('abort', stop);
  }
}

/** One question and its streamed answer. */
class ModelAnswer {
  readonly #given: ModelTask;
  readonly #tell: AgentTask['onEvent'];
  readonly #tokens: TokenCount = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  readonly #model: string;
  #told = false;
  #text = '';
  #thought = '';
  #session: { id: string; begun: NonNullable<AgentEnd['begun']> } | null = null;

  constructor(given: ModelTask, tell: AgentTask['onEvent']) {
    this.#given = given;
    this.#tell = tell;
    this.#model = given.task.model ?? given.tool.model ?? '';
  }

  async ask(signal: AbortSignal): Promise<AgentEnd> {
    const { tool, environment, task, sessions } = this.#given;
    const { earlier, prompt } = this.#begin();
    const messages: Message[] = [...earlier, { role: 'user', content: prompt }];
    const key = (tool.key === null ? undefined : environment[tool.key]) || null;
    const mostTokens = Math.max(1, Math.min(MOST_TOKENS, task.limits.tokens ?? MOST_TOKENS));
    const api = tool.api === 'anthropic' ? anthropicApi : openaiApi;
    let stop: ModelNews['stop'];
    for await (const news of callModel(api, { baseUrl: tool.baseUrl ?? '', model: this.#model, key, messages, mostTokens }, signal)) {
      this.#read(news);
      stop = news.stop ?? stop;
    }
    this.#endParts();
    if (stop === undefined) throw new ModelFault('The provider broke off its answer.', null);
    if (stop === 'length') return endFailed(this.state, 'AGENT_GARBAGE', "The model's answer was cut at its longest length.");
    if (stop === 'refusal') return endFailed(this.state, 'AGENT_REFUSED', this.#text.trim() || 'The model refused to answer.');
    sessions.set(this.#session?.id ?? '', [...messages, { role: 'assistant', content: this.#text }]);
    return endOk(this.state);
  }

  get state(): EndState {
    return { text: this.#text, sessionId: this.#session?.id ?? null, begun: this.#session?.begun, usage: this.#usage };
  }

  #begin(): { earlier: Message[]; prompt: string } {
    const { task, sessions } = this.#given;
    const earlier = task.sessionId === null ? undefined : sessions.get(task.sessionId);
    const goesOn = task.sessionId !== null && earlier !== undefined;
    const id = goesOn && !task.fork ? (task.sessionId ?? '') : randomUUID();
    this.#session = { id, begun: !goesOn ? 'new' : task.fork ? 'forked' : 'resumed' };
    this.#tell({ kind: 'session', sessionId: id });
    return { earlier: earlier ?? [], prompt: task.sessionId !== null && !goesOn ? (task.wholePrompt ?? task.prompt) : task.prompt };
  }

  #read({ text, thought, tokens }: ModelNews): void {
    if (thought !== undefined) {
      this.#thought += thought;
      this.#tell({ kind: 'text', part: '0.thought', role: 'thought', delta: thought });
    }
    if (text !== undefined) {
      this.#text += text;
      this.#tell({ kind: 'text', part: '1.text', role: 'text', delta: text });
    }
    if (tokens === undefined) return;
    this.#told = true;
    Object.assign(this.#tokens, tokens);
    this.#tell({ kind: 'usage', usage: this.#usage });
  }

  #endParts(): void {
    if (this.#thought !== '') this.#tell({ kind: 'part_ended', part: '0.thought', role: 'thought', text: this.#thought });
    if (this.#text !== '') this.#tell({ kind: 'part_ended', part: '1.text', role: 'text', text: this.#text });
  }

  get #usage(): Usage {
    const { tool, task } = this.#given;
    const price = priceOf(this.#model, task.model === undefined ? tool.price : null);
    const { input, output, cacheRead, cacheWrite } = this.#tokens;
    const known = price !== null && price !== 'plan' && this.#told;
    const costMicros = known ? Math.round(costOf(this.#tokens, price)) : null;
    const steps = this.#told || this.#text !== '' ? 1 : 0;
    return { inputTokens: input + cacheWrite, outputTokens: output, cachedTokens: cacheRead, steps, costMicros };
  }
}

function endOfFault(state: EndState, error: unknown): AgentEnd {
  const { status, retryAfterMs } = error instanceof ModelFault ? error : new ModelFault('', null);
  const message = error instanceof Error ? error.message : String(error);
  if (status === 401 || status === 403)
    return endProviderFault(state, { code: 'PROVIDER_AUTH', message: `The provider refused the key: ${message}`, retryAfterMs: null });
  if (status === 429) return endProviderFault(state, { code: 'PROVIDER_LIMIT', message, retryAfterMs: retryAfterMs ?? LIMIT_MS });
  if (status === 404) return endMachineFault(state, 'CONFIGURATION_INVALID', `The model cannot be used: ${message}`);
  if (status === null || status >= 500 || status === 408)
    return endProviderFault(state, { code: 'PROVIDER_DOWN', message, retryAfterMs: retryAfterMs ?? DOWN_MS });
  return endFailed(state, 'AGENT_CRASHED', `The provider refused the request: ${message}`);
}
