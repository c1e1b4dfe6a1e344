/** Runs of characters that may be something encoded: base64 (wrapped lines too), hex, percent-encoding. */
const BASE64 = /(?:[A-Za-z0-9+/]{60,}\r?\n)*[A-Za-z0-9+/_-]{24,}={0,2}/g;
const HEX = /\b(?:[0-9a-fA-F]{2}){16,}\b/g;
const PERCENT = /(?:[\w.~!*'()+-]|%[0-9A-Fa-f]{2}){12,}/g;

/** Texts above this are not decoded: no secret is as long, and a picture would cost seconds. */
const MOST_CHARS = 16 * 1024;

/** Masks encoded runs whose decoded text `isSecret`. */
export function maskEncoded(text: string, isSecret: (decoded: string) => boolean): string {
  let masked = text;
  if (text.includes('%'))
    masked = masked.replace(PERCENT, (run) => (run.includes('%') && holds(percentDecoded(run), isSecret) ? MASKED : run));
  masked = masked.replace(BASE64, (run) => (run.length <= MOST_CHARS && base64Holds(run, isSecret) ? MASKED : run));
  return masked.replace(HEX, (run) =>
    run.length <= MOST_CHARS && holds(Buffer.from(run, 'hex').toString('latin1'), isSecret) ? MASKED : run,
  );
}

export const MASKED = '[masked]';

/** What stands before it may be of the same alphabet (a path, a word): then the run begins at another border. */
function base64Holds(run: string, isSecret: (decoded: string) => boolean): boolean {
  const text = run.replace(/\s/g, '');
  // Hashes and identifiers are the common case: they decode to noise.
  if (/^[0-9a-f]+$/.test(text)) return false;
  return [0, 1, 2, 3].some((skip) => holds(Buffer.from(text.slice(skip), 'base64').toString('latin1'), isSecret));
}

function holds(decoded: string | null, isSecret: (decoded: string) => boolean): boolean {
  return decoded !== null && decoded.length >= 8 && isSecret(decoded);
}

function percentDecoded(run: string): string | null {
  try {
    return decodeURIComponent(run);
  } catch {
    return null;
  }
}
