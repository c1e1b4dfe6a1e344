import { makePiece } from '@specwright/protocol/piece.ts';
import type { AgentEvent } from '../agents/agent.ts';
import type { JobContext } from './job-context.ts';
import { headOf, tailOf } from './mask.ts';

/** A program that only prints never says that a part is whole: after so long what it printed is kept. It doubles, up to the longest. */
const KEEP_AFTER_MS = 2_000;
const KEEP_AFTER_MOST_MS = 30_000;
const PART_CHARS = 32 * 1024;
/** So much of what a task printed is kept as it came; of the rest its end. */
const KEPT_CHARS = 256 * 1024;
const TAIL_CHARS = 64 * 1024;

type Text = Extract<AgentEvent, { kind: 'text' }>;
type PartEnded = Extract<AgentEvent, { kind: 'part_ended' }>;

interface Part {
  name: string;
  role: Text['role'];
  offset: number;
  /** As it was shown, masked: what nobody else tells is kept from this. */
  said: string;
  since: number;
  masking: ReturnType<JobContext['mask']['stream']>;
}

/**
 * Streams the parts of an agent's text, each masked as one text: what the stream cuts in two is still seen. A whole part is reported and
 * kept; so is what a program printed, now and then, and what was begun and never ended.
 */
export function makeTexts(context: JobContext, role: string, inOrder: (work: () => Promise<void>) => void) {
  const { job, mask, stream } = context;
  const open = new Map<string, Part>();
  let printed = 0;
  let kept = 0;
  let keepAfterMs = KEEP_AFTER_MS;
  let timer: NodeJS.Timeout | undefined;

  const show = (part: Part, text: string) => {
    if (text === '') return;
    stream({ part: part.name, role: part.role, offset: part.offset, text });
    part.offset += text.length;
    part.said += text;
    // Above that nobody is told more than its end.
    if (part.said.length > 2 * KEPT_CHARS) part.said = tailOf(part.said, KEPT_CHARS);
  };
  const tell = (part: Part) => {
    const { name, said } = part;
    part.said = '';
    if (said.trim() !== '') inOrder(() => reportText(context, { name, role: part.role === 'thought' ? 'thought' : 'text', text: said }));
  };
  /** What was printed so far is one part; the mask goes on over its end. */
  const keep = (part: Part) => {
    if (kept + part.said.length > KEPT_CHARS) return;
    kept += part.said.length;
    tell(part);
    Object.assign(part, { name: nameOf(), offset: 0, since: performance.now() });
    keepAfterMs = Math.min(keepAfterMs * 2, KEEP_AFTER_MOST_MS);
  };
  const isDue = ({ said, since }: Part) => said.length > PART_CHARS || (said.endsWith('\n') && performance.now() - since >= keepAfterMs);
  const nameOf = () => {
    printed += 1;
    return `${job.id} ${role} ${printed}`;
  };
  const keepLater = (part: Part) => {
    clearTimeout(timer);
    timer = setTimeout(() => isDue(part) && keep(part), keepAfterMs);
    timer.unref();
  };
  return {
    write({ part: id, role: its, delta }: Text) {
      const name = its === 'output' ? nameOf : () => mask(id);
      const part = open.get(id) ?? { name: name(), role: its, offset: 0, said: '', since: performance.now(), masking: mask.stream() };
      open.set(id, part);
      show(part, part.masking.write(delta));
      if (its !== 'output') return;
      if (isDue(part)) keep(part);
      keepLater(part);
    },
    end({ part: id, role: its, text }: PartEnded) {
      const part = open.get(id);
      if (part) show(part, part.masking.end());
      open.delete(id);
      if (text.trim() !== '') inOrder(() => reportText(context, { name: id, role: its, text: mask(text) }));
    },
    endAll() {
      clearTimeout(timer);
      for (const part of open.values()) {
        show(part, part.masking.end());
        if (kept + part.said.length > KEPT_CHARS) part.said = `[what was printed between is left out]\n${tailOf(part.said, TAIL_CHARS)}`;
        tell(part);
      }
      open.clear();
    },
  };
}

/** @param part.text masked. */
async function reportText({ job, report }: JobContext, part: { name: string; role: 'text' | 'thought'; text: string }): Promise<void> {
  const piece = await makePiece(part.text);
  const excerpt = headOf(part.text.trim(), 500);
  report({ kind: 'text_written', jobId: job.id, part: part.name, role: part.role, piece: piece.hash, excerpt }, [piece]);
}
