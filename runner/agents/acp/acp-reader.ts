import type { AgentEvent } from '../agent.ts';
import { cleanText } from '../clean-output.ts';
import type { AcpUsage } from './acp-usage.ts';
import type { WireCall, WireChunk, WireUpdate } from './wire.ts';

const SHOWN_INPUT = 4000;
const SHOWN_OUTPUT = 8000;
const STATUS: Record<string, 'pending' | 'running' | 'completed' | 'failed'> = {
  pending: 'pending',
  in_progress: 'running',
  completed: 'completed',
  failed: 'failed',
};

type ToolEvent = Extract<AgentEvent, { kind: 'tool' }>;
interface Part {
  name: string;
  role: 'text' | 'thought';
  messageId: string | null;
  text: string;
}

/** Follows one task's updates and tells them as events. An update of a call names only what changed. */
export class AcpReader {
  readonly #tell: (event: AgentEvent) => void;
  readonly #usage: AcpUsage;
  readonly #calls = new Map<string, { event: ToolEvent; kind: string; told: string }>();
  #part: Part | null = null;
  #parts = 0;
  /** Something was said since the last tool's answer: the model's turn is counted. */
  #inTurn = false;
  #said = '';
  #lastSaid = '';
  #refused = false;

  constructor(tell: (event: AgentEvent) => void, usage: AcpUsage) {
    this.#tell = tell;
    this.#usage = usage;
  }

  /** What the agent said after its last tool call, else the last that it said. */
  get text(): string {
    return (this.#said + (this.#part?.role === 'text' ? this.#part.text : '')).trim() || this.#lastSaid;
  }

  read(update: WireUpdate): void {
    if (update.sessionUpdate === 'usage_update') {
      if (!update.cost) return;
      this.#usage.cost(update.cost.amount, update.cost.currency);
      this.#tellUsage();
    } else if (update.sessionUpdate === 'agent_message_chunk') this.#readChunk(update as WireChunk, 'text');
    else if (update.sessionUpdate === 'agent_thought_chunk') this.#readChunk(update as WireChunk, 'thought');
    else this.#readCall(update as WireCall);
  }

  /** A call was refused. */
  refused(): void {
    this.#refused = true;
  }

  /** A call was allowed: some agents tell nothing more of it until it has ended. */
  allowed(call: WireCall): void {
    const before = this.#calls.get(call.toolCallId)?.event;
    if (before !== undefined && before.status !== 'pending') return;
    const { toolCallId, kind, title, rawInput, _meta } = call;
    const known = before === undefined ? { kind, title, _meta } : {};
    this.#readCall({ toolCallId, status: 'in_progress', rawInput: before?.input ? undefined : rawInput, ...known });
  }

  /** Nothing was said or done since a call was refused. */
  get endedRefused(): boolean {
    return this.#refused;
  }

  /** The prompt was answered: what was still open is whole. */
  end(): void {
    this.#endPart();
    this.#tellUsage();
  }

  /** The first file that a call has changed; null: none. */
  get changed(): string | null {
    for (const { event, kind } of this.#calls.values())
      if (event.status === 'completed' && ['edit', 'delete', 'move'].includes(kind)) return event.title || event.tool;
    return null;
  }

  #readChunk(chunk: WireChunk, role: Part['role']): void {
    const tokens = chunk._meta?.usage;
    if (tokens) this.#usage.turn(tokens);
    const delta = chunk.content.text ?? '';
    if (delta !== '') this.#write({ delta, role, messageId: chunk.messageId ?? null });
    if (tokens) this.#tellUsage();
  }

  #write({ delta, role, messageId }: { delta: string; role: Part['role']; messageId: string | null }): void {
    this.#beginTurn();
    if (role === 'text') this.#refused = false;
    if (this.#part !== null && (this.#part.role !== role || this.#part.messageId !== messageId)) this.#endPart();
    this.#part ??= { name: `${this.#parts++}.${role}`, role, messageId, text: '' };
    this.#part.text += delta;
    this.#tell({ kind: 'text', part: this.#part.name, role, delta });
  }

  #endPart(): void {
    const part = this.#part;
    this.#part = null;
    if (part === null) return;
    if (part.role === 'text') {
      this.#said += `${part.text}\n`;
      this.#lastSaid = this.#said.trim() || this.#lastSaid;
    }
    this.#tell({ kind: 'part_ended', part: part.name, role: part.role, text: part.text });
  }

  #beginTurn(): void {
    if (this.#inTurn) return;
    this.#inTurn = true;
    this.#usage.step();
    this.#tellUsage();
  }

  #readCall(call: WireCall): void {
    this.#endPart();
    const before = this.#calls.get(call.toolCallId);
    if (before === undefined) {
      this.#beginTurn();
      this.#said = '';
      this.#refused = false;
    }
    const kind = call.kind ?? before?.kind ?? 'other';
    const event = mergeCall(call, kind, before?.event);
    const told = `${event.status}\n${event.title}\n${event.input}\n${event.output}`;
    this.#calls.set(call.toolCallId, { event, kind, told });
    if (event.status === 'completed' || event.status === 'failed') this.#inTurn = false;
    if (told !== before?.told) this.#tell(event);
  }

  #tellUsage(): void {
    this.#tell({ kind: 'usage', usage: this.#usage.usage });
  }
}

function mergeCall(call: WireCall, kind: string, before: ToolEvent | undefined): ToolEvent {
  const input = showInput(call.rawInput).slice(0, SHOWN_INPUT);
  const output = cleanText(showOutput(call)).slice(-SHOWN_OUTPUT);
  return {
    kind: 'tool',
    callId: call.toolCallId,
    tool: before?.tool ?? nameOf(call, kind),
    status: STATUS[call.status ?? ''] ?? before?.status ?? 'pending',
    title: call.title ?? before?.title ?? '',
    input: input || (before?.input ?? ''),
    output: output || (before?.output ?? ''),
  };
}

/** The tool's own name where it is told, else its kind. */
function nameOf(call: WireCall, kind: string): string {
  const told = call._meta?.claudeCode?.toolName ?? call._meta?.toolName ?? call.name;
  const title = call.title ?? '';
  return (told ?? (/^[\w-]{1,40}$/.test(title) ? title : kind)).toLowerCase();
}

function showInput(input: unknown): string {
  const fields = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  if (typeof fields.command === 'string') return fields.command;
  return Object.keys(fields).length === 0 ? '' : JSON.stringify(fields);
}

function showOutput(call: WireCall): string {
  const raw = (typeof call.rawOutput === 'object' && call.rawOutput !== null ? call.rawOutput : {}) as { output?: unknown };
  if (typeof raw.output === 'string') return raw.output;
  if (typeof call.rawOutput === 'string') return call.rawOutput;
  const texts = (call.content ?? []).map(
    ({ content, path, newText }) => content?.text ?? (path === undefined ? '' : `${path}\n${newText ?? ''}`),
  );
  return texts.filter((text) => text !== '').join('\n');
}
