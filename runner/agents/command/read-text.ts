import { NO_USAGE, type Usage } from '@specwright/protocol/usage.ts';
import type { AgentTask } from '../agent.ts';
import { cleanOutput } from '../clean-output.ts';
import type { OutputReader } from './command-agent.ts';
import { eventOfLine } from './read-events.ts';

const MARKED = '::specwright ';
const KEPT_CHARS = 64 * 1024;

/** Plain output: shown live as text; lines that begin with `::specwright ` and JSON are tool calls or usage instead. */
export function readText(tell: AgentTask['onEvent']): OutputReader {
  const cleaner = cleanOutput();
  let line = '';
  let kept = '';
  let usage: Usage = { ...NO_USAGE, costMicros: null };
  const show = (text: string) => {
    if (text === '') return;
    kept = (kept + text).slice(-KEPT_CHARS);
    tell({ kind: 'text', part: 'output', role: 'output', delta: text });
  };
  const take = (text: string) => {
    const event = text.startsWith(MARKED) ? eventOfLine(text.slice(MARKED.length)) : null;
    if (event === null) return show(text);
    if (event.kind === 'usage') usage = event.usage;
    tell(event);
  };
  const feed = (text: string) => {
    const lines = (line + text).split(/(?<=\n)/);
    line = lines.at(-1)?.endsWith('\n') ? '' : (lines.pop() ?? '');
    let plain = '';
    for (const whole of lines) {
      if (!whole.startsWith(MARKED)) plain += whole;
      else {
        show(plain);
        plain = '';
        take(whole);
      }
    }
    // The beginning of a line is shown at once, unless it may become a mark.
    if (line !== '' && !couldBeMarked(line)) {
      plain += line;
      line = '';
    }
    show(plain);
  };
  const end = () => {
    feed(cleaner.end());
    if (line !== '') take(line);
    line = '';
  };
  return { write: (chunk) => feed(cleaner.write(chunk)), end, state: () => ({ text: kept.trim(), sessionId: null, usage }) };
}

function couldBeMarked(line: string): boolean {
  return line.length < 64 * 1024 && (line.startsWith(MARKED) || MARKED.startsWith(line));
}
