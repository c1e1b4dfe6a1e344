import { NO_USAGE, type Usage } from '@specwright/protocol/usage.ts';
import { tailAtWord } from '../../masking/tail-at-word.ts';
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
    kept = tailAtWord(kept + text, KEPT_CHARS);
    tell({ kind: 'text', part: 'output', role: 'output', delta: text });
  };
  const take = (text: string) => {
    const event = text.startsWith(MARKED) ? eventOfLine(text.slice(MARKED.length)) : null;
    if (event === null) return show(text);
    if (event.kind === 'usage') usage = event.usage;
    tell(event);
  };
  // The beginning of a line was shown already: no mark can stand in its rest.
  let begun = false;
  const feed = (text: string) => {
    const lines = (line + text).split(/(?<=\n)/);
    line = lines.at(-1)?.endsWith('\n') ? '' : (lines.pop() ?? '');
    let plain = '';
    for (const whole of lines) {
      if (!begun && whole.startsWith(MARKED)) {
        show(plain);
        plain = '';
        take(whole);
      } else plain += whole;
      begun = false;
    }
    // What may become a mark waits for the rest of its line; anything else is shown at once.
    if (line !== '' && (begun || !couldBeMarked(line))) {
      plain += line;
      line = '';
      begun = true;
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
