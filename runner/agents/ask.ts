import { addUsage, NO_USAGE, type Usage } from '@specwright/protocol/usage.ts';
import { z } from 'zod';
import type { Agent, AgentEnd, AgentTask } from './agent.ts';
import { endFailed } from './agent-end.ts';
import { findJson } from './find-json.ts';

export interface Question<T> {
  schema: z.ZodType<T>;
  /** The question; how to answer is added to it. */
  prompt: string;
  task: Omit<AgentTask, 'prompt'>;
}

export type Answer<T> = { ok: true; value: T; usage: Usage; sessionId: string | null } | { ok: false; end: AgentEnd };

const ASKED_AGAIN = 2;

/**
 * Asks an agent for a value of a schema. A wrong answer is asked again in the same session, at most twice, with the
 * validation error; then the end is REVIEW_INVALID. Usage is the sum of all askings.
 */
export async function ask<T>(agent: Agent, question: Question<T>): Promise<Answer<T>> {
  // Draft 7: newer drafts are refused by some tools.
  const { $schema: _, ...schema } = z.toJSONSchema(question.schema, { target: 'draft-7', io: 'input' });
  let prompt = `${question.prompt}\n\n${howToAnswer(schema)}`;
  let sessionId = question.task.sessionId;
  let usage = NO_USAGE;
  for (let asked = 0; ; asked++) {
    const end = await agent.run(nextTask({ ...question.task, schema }, { prompt, sessionId, spent: usage }));
    usage = asked === 0 ? end.usage : addUsage(usage, end.usage);
    sessionId = end.sessionId;
    if (end.status !== 'ok') return { ok: false, end: { ...end, usage } };
    const read = readAnswer(question.schema, end.text);
    if (read.ok) return { ok: true, value: read.value, usage, sessionId };
    if (asked === ASKED_AGAIN) return { ok: false, end: invalid({ ...end, usage }, read.problem) };
    prompt = askAgain(read.problem, sessionId === null ? prompt : null);
  }
}

/** Each asking may use what the ones before it left, and its events carry the sum of all. */
function nextTask(task: Omit<AgentTask, 'prompt'>, now: { prompt: string; sessionId: string | null; spent: Usage }): AgentTask {
  const { spent } = now;
  const usedTokens = spent.inputTokens + spent.outputTokens;
  const limits = {
    ...task.limits,
    costMicros: task.limits.costMicros === null ? null : Math.max(0, task.limits.costMicros - (spent.costMicros ?? 0)),
    tokens: task.limits.tokens === null ? null : Math.max(0, task.limits.tokens - usedTokens),
  };
  const onEvent: AgentTask['onEvent'] = (event) =>
    task.onEvent(event.kind === 'usage' && spent !== NO_USAGE ? { kind: 'usage', usage: addUsage(spent, event.usage) } : event);
  return { ...task, limits, onEvent, prompt: now.prompt, sessionId: now.sessionId };
}

function howToAnswer(schema: Record<string, unknown>): string {
  return `Answer with one JSON value and nothing after it, on the last line or in a \`\`\`json block. It must fit this JSON Schema:\n${JSON.stringify(schema)}`;
}

function readAnswer<T>(schema: z.ZodType<T>, text: string): { ok: true; value: T } | { ok: false; problem: string } {
  const found = findJson(text);
  if (found === undefined) return { ok: false, problem: 'There was no JSON in the answer.' };
  const parsed = schema.safeParse(found);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, problem: z.prettifyError(parsed.error) };
}

/** @param whole the whole question, for agents that keep no session. */
function askAgain(problem: string, whole: string | null): string {
  const wrong = `Your last answer could not be used:\n${problem.slice(0, 2000)}\nAnswer again, with the JSON alone.`;
  return whole === null ? wrong : `${whole}\n\n${wrong}`;
}

function invalid(end: AgentEnd, problem: string): AgentEnd {
  const { text, sessionId, usage } = end;
  return endFailed(
    { text, sessionId, usage },
    'REVIEW_INVALID',
    `The answer did not fit after ${ASKED_AGAIN + 1} askings: ${problem.slice(0, 500)}`,
  );
}
