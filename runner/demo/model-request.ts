import { z } from 'zod';
import type { ScriptJob } from './script.ts';

const contentSchema = z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() })), z.null()]).optional();

export const modelRequestSchema = z.looseObject({
  model: z.string().default('demo'),
  stream: z.boolean().default(false),
  messages: z.array(z.looseObject({ role: z.string(), content: contentSchema })).default([]),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }).optional() })).default([]),
});
export type ModelRequest = z.infer<typeof modelRequestSchema>;

export interface Position {
  job: ScriptJob;
  /** The number of answers since the job's mark: the script needs no memory, so it survives retries, restarts and forks. */
  step: number;
}

/** Where a request stands: the last user message with a job's marks, and how many answers came after it. null: no marks. */
export function findPosition(request: ModelRequest): Position | null {
  for (let at = request.messages.length - 1; at >= 0; at--) {
    const message = request.messages[at];
    if (message?.role !== 'user') continue;
    const job = readMarks(textOf(message.content));
    if (job) return { job, step: request.messages.slice(at + 1).filter((later) => later.role === 'assistant').length };
  }
  return null;
}

export function lastText(request: ModelRequest): string {
  return textOf(request.messages.at(-1)?.content);
}

/** `Job:`, `Chunk:` and `Role:` stand on lines of their own at a prompt's top. */
function readMarks(prompt: string): ScriptJob | null {
  const jobId = prompt.match(/^\s*"?Job: (\S+)/m)?.[1];
  if (jobId === undefined) return null;
  const named = prompt.match(/^Role: (\S+)/m)?.[1];
  const role = named === 'diagnosis' ? named : named === 'reviewer' || /^You review /m.test(prompt) ? 'reviewer' : 'executor';
  const chunk = prompt.match(/^Chunk: (\S+)/m)?.[1] ?? prompt.match(/^## The chunk\n+(\S+?):/m)?.[1] ?? '';
  const attempt = Number(jobId.split('/')[2]);
  return { jobId, role, chunk, attempt: Number.isInteger(attempt) && attempt > 0 ? attempt : 1, prompt };
}

function textOf(content: ModelRequest['messages'][number]['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('\n');
}
