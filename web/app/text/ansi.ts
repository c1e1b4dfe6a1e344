export interface AnsiSpan {
  text: string;
  /** 0 to 7, or null for the plain colour. */
  color: number | null;
  bold: boolean;
  dim: boolean;
}

/** Escape sequences of ECMA-48: CSI (colours, cursor moves), OSC (titles, links), and single ones. */
const ESCAPES = /\u001b(?:\[([0-9;:?]*)([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

const PLAIN = { color: null, bold: false, dim: false };

/** Cuts terminal output into spans of one look. Colours are kept, everything else that a terminal would obey is dropped. */
export function parseAnsi(output: string): AnsiSpan[] {
  const spans: AnsiSpan[] = [];
  let look: Omit<AnsiSpan, 'text'> = PLAIN;
  let from = 0;
  const add = (text: string) => {
    const clean = rewindLines(text);
    if (clean !== '') spans.push({ text: clean, ...look });
  };
  for (const match of output.matchAll(ESCAPES)) {
    add(output.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === 'm') look = applyCodes(look, match[1] ?? '');
  }
  add(output.slice(from));
  return spans;
}

/** The text alone. */
export function stripAnsi(output: string): string {
  return rewindLines(output.replace(ESCAPES, ''));
}

/** A carriage return begins the line anew, as progress bars do; other control characters go. */
function rewindLines(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(/[^\n]*\r(?=[^\n])/g, '')
    .replace(/[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f]/g, '');
}

function applyCodes(look: Omit<AnsiSpan, 'text'>, codes: string): Omit<AnsiSpan, 'text'> {
  const numbers = codes.split(/[;:]/).map(Number);
  let next = { ...look };
  for (let i = 0; i < numbers.length; i++) {
    const code = numbers[i] ?? 0;
    if (code === 0) next = { ...PLAIN };
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 39) next.color = null;
    else if (code >= 30 && code <= 37) next.color = code - 30;
    else if (code >= 90 && code <= 97) next.color = code - 90;
    else if (code === 38 || code === 48) i += numbers[i + 1] === 5 ? 2 : 4;
  }
  return next;
}
