import { StringDecoder } from 'node:string_decoder';

/** The longest line that is read; the rest of a longer one is dropped. */
const MAX_LINE = 4 * 1024 * 1024;

/** Cuts a stream of bytes into lines. */
export function readLines(take: (line: string) => void): { write(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let held = '';
  const feed = (text: string) => {
    const lines = (held + text).split('\n');
    held = (lines.pop() ?? '').slice(0, MAX_LINE);
    for (const line of lines) if (line.trim() !== '') take(line);
  };
  return {
    write: (chunk) => feed(decoder.write(chunk)),
    end: () => feed(`${decoder.end()}\n`),
  };
}
