import type { Answers, Question } from '@specwright/protocol/question.ts';
import { z } from 'zod';
import type { AgentTask } from '../agent.ts';
import type { LimitWatch } from '../watch-limits.ts';

/**
 * With `--input-format stream-json --permission-prompt-tool stdio` claude asks on its standard output before it uses a tool that its rules
 * do not allow, and waits for the answer on its standard input. AskUserQuestion is such a tool; its answers are its changed input.
 */
const askedSchema = z.union([
  z.looseObject({
    type: z.literal('control_request'),
    request_id: z.string(),
    request: z.looseObject({ subtype: z.string(), tool_name: z.string().optional(), input: z.unknown().optional() }),
  }),
  z.looseObject({ type: z.literal('control_cancel_request'), request_id: z.string() }),
]);

const inputSchema = z.looseObject({
  questions: z.array(
    z.looseObject({
      question: z.string(),
      header: z.string().default(''),
      options: z.array(z.looseObject({ label: z.string(), description: z.string().default('') })).default([]),
      multiSelect: z.boolean().default(false),
    }),
  ),
});
type Input = z.infer<typeof inputSchema>;

export const ASK_TOOL = 'AskUserQuestion';
const REFUSED = 'This is not allowed here. Go on without it.';
const NOBODY = 'Nobody can answer. Choose what fits best, and say what you chose.';

interface Dialogue {
  task: AgentTask;
  watch: LimitWatch;
  /** Writes a line to claude. */
  say(line: string): void;
  /** Aborted with the task. */
  over: AbortSignal;
}

/** Answers what claude asks: questions by a person, anything else by no. */
export function makeDialogue({ task, watch, say, over }: Dialogue) {
  const open = new Map<string, AbortController>();
  const reply = (requestId: string, response: object) => {
    say(JSON.stringify({ type: 'control_response', response: { subtype: 'success', request_id: requestId, response } }));
  };
  const ask = async (requestId: string, input: Input) => {
    const withdrawn = new AbortController();
    open.set(requestId, withdrawn);
    const questions = input.questions.map(questionOf);
    const signal = AbortSignal.any([withdrawn.signal, over]);
    const answers = await watch.waitFor(task.askPerson?.(questions, signal) ?? Promise.resolve(null));
    open.delete(requestId);
    if (signal.aborted) return;
    if (answers === null) reply(requestId, { behavior: 'deny', message: NOBODY });
    else reply(requestId, { behavior: 'allow', updatedInput: { ...input, answers: byQuestion(input, answers) } });
  };
  return {
    begin() {
      say(JSON.stringify({ type: 'user', message: { role: 'user', content: task.prompt }, parent_tool_use_id: null, session_id: '' }));
    },
    hear(line: unknown): void {
      const { success, data } = askedSchema.safeParse(line);
      if (!success) return;
      if (data.type === 'control_cancel_request') {
        open.get(data.request_id)?.abort();
        return;
      }
      const { tool_name, input } = data.request as { tool_name?: string; input?: unknown };
      const questions = tool_name === ASK_TOOL ? inputSchema.safeParse(input) : null;
      if (questions?.success) void ask(data.request_id, questions.data);
      else reply(data.request_id, { behavior: 'deny', message: REFUSED });
    },
  };
}

function questionOf({ header, question, options, multiSelect }: Input['questions'][number]): Question {
  return { header, question, options, multiple: multiSelect, custom: true };
}

function byQuestion({ questions }: Input, answers: Answers): Record<string, string> {
  return Object.fromEntries(questions.map(({ question }, at) => [question, (answers[at] ?? []).join(', ')]));
}
