/** The platform refuses a row above 2 MB and a queue message above 128 KB; locally neither is refused. We stop well before, everywhere. */
export const MAX_ROW_BYTES = 1_000_000;
export const MAX_MESSAGE_BYTES = 120_000;

/** Thrown before anything is stored or sent. */
export class TooLargeError extends Error {
  override name = 'TooLargeError';
  readonly code = 'TOO_LARGE';
}

/** @throws TooLargeError when the text is longer than the limit in UTF-8. */
export function guardSize(text: string, limit: number, what: string): void {
  // A UTF-16 unit is at most three bytes: short texts need no count.
  if (text.length * 3 <= limit) return;
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes > limit) throw new TooLargeError(`${what} has ${bytes} bytes; at most ${limit} are allowed`);
}
