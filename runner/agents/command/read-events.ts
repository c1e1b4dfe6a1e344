import { NO_USAGE, type Usage, usageSchema } from '@specwright/protocol/usage.ts';
import { z } from 'zod';
import { tailAtWord } from '../../masking/tail-at-word.ts';
import type { AgentEvent, AgentTask } from '../agent.ts';
import { cleanOutput } from '../clean-output.ts';
import type { OutputReader } from './command-agent.ts';

const toolSchema = z.object({
  callId: z.string().optional(),
  tool: z.string().min(1).max(200),
  status: z.enum(['pending', 'running', 'completed', 'failed']).default('completed'),
  title: z.string().default(''),
  input: z.string().default(''),
  output: z.string().default(''),
});

const eventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    part: z.string().default('text'),
    role: z.enum(['text', 'thought', 'output']).default('text'),
    delta: z.string(),
  }),
  z.object({ kind: z.literal('part_ended'), part: z.string(), role: z.enum(['text', 'thought']).default('text'), text: z.string() }),
  z.object({ kind: z.literal('tool'), ...toolSchema.shape }),
  z.object({ kind: z.literal('usage'), usage: usageSchema }),
]);

const MAX_LINE = 1024 * 1024;
const KEPT_CHARS = 64 * 1024;

/** Reads one event from its JSON; a bare `{"tool": …}` is a tool call. null: it is none. */
export function eventOfLine(line: string): AgentEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const named = typeof value === 'object' && value !== null && !('kind' in value) ? { kind: 'tool', ...value } : value;
  const parsed = eventSchema.safeParse(named);
  if (!parsed.success) return null;
  const event = parsed.data;
  return event.kind === 'tool' ? { ...event, callId: event.callId ?? event.tool } : event;
}

/** One AgentEvent a line; a line that is none is shown as text. */
export function readEvents(tell: AgentTask['onEvent']): OutputReader {
  const cleaner = cleanOutput();
  let line = '';
  let kept = '';
  let usage: Usage = { ...NO_USAGE, costMicros: null };
  const keep = (text: string) => {
    kept = tailAtWord(kept + text, KEPT_CHARS);
  };
  const take = (whole: string) => {
    if (whole.trim() === '') return;
    const event = eventOfLine(whole) ?? { kind: 'text' as const, part: 'output', role: 'output' as const, delta: `${whole}\n` };
    if (event.kind === 'text' && event.role !== 'thought') keep(event.delta);
    if (event.kind === 'part_ended' && event.role === 'text' && kept === '') keep(event.text);
    if (event.kind === 'usage') usage = event.usage;
    tell(event);
  };
  const feed = (text: string) => {
    const lines = (line + text).split('\n');
    line = lines.pop() ?? '';
    for (const whole of lines) take(whole);
    if (line.length > MAX_LINE) {
      take(line.slice(0, MAX_LINE));
      line = '';
    }
  };
  const end = () => {
    feed(cleaner.end());
    take(line);
    line = '';
  };
  return { write: (chunk) => feed(cleaner.write(chunk)), end, state: () => ({ text: kept.trim(), sessionId: null, usage }) };
}
