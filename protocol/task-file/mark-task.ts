import { type Refusal, refuse } from '../error-code.ts';
import type { TaskBox } from './task-file.ts';
import { hashOfLine, readBoxLine } from './task-line.ts';

const LINE_FEED = 0x0a;
const BRACKET = 0x5b;

/**
 * Sets the mark of one box: exactly one byte of the file changes; line endings, a byte order mark and all else stay. Refused when the line
 * is no longer the one that was read, or its mark is no single byte.
 */
export function markBox(file: Uint8Array, box: Pick<TaskBox, 'line' | 'hash'>, mark: ' ' | 'x'): Uint8Array | Refusal {
  const start = startOfLine(file, box.line);
  const end = start < 0 ? -1 : endOfLine(file, start);
  const line = start < 0 ? '' : new TextDecoder().decode(file.subarray(start, end)).replace(/\r$/, '');
  const read = readBoxLine(line);
  if (!read || hashOfLine(line) !== box.hash)
    return refuse('CONFLICT', `Line ${box.line} of the task file was changed meanwhile: read it again.`);
  if (read.mark.charCodeAt(0) > 0x7f) return refuse('CONFLICT', `Line ${box.line} has the mark "${read.mark}": set it by hand.`);
  const changed = file.slice();
  changed[file.indexOf(BRACKET, start) + 1] = mark.charCodeAt(0);
  return changed;
}

function startOfLine(file: Uint8Array, line: number): number {
  let at = 0;
  for (let number = 1; number < line; number++) {
    const feed = file.indexOf(LINE_FEED, at);
    if (feed < 0) return -1;
    at = feed + 1;
  }
  return at;
}

function endOfLine(file: Uint8Array, start: number): number {
  const feed = file.indexOf(LINE_FEED, start);
  return feed < 0 ? file.length : feed;
}
