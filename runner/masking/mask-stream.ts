import { MASKED } from './encoded-secrets.ts';

/** Masks text that comes in pieces. What may be the beginning of a secret waits for the next piece. */
export interface MaskStream {
  /** What may be shown now, masked. */
  write(text: string): string;
  /** The rest, masked. */
  end(): string;
}

/** A word that grows beyond this is shown in parts. */
const MOST_HELD = 4096;
/** Of such a word this much waits on. */
const STILL_HELD = 1024;

/** A private key's lines, as they are or escaped in JSON, in a diff, or with line numbers. */
const KEY_BODY = String.raw`(?:\\[nrt]|[\sA-Za-z0-9+/=:,|]|-(?!----))*`;
const OPEN_PRIVATE_KEY = new RegExp(
  `-----(?:[A-Z ]{0,60}-{0,4}|BEGIN [A-Z ]{0,50}PRIVATE KEY(?: BLOCK)?-----${KEY_BODY}(?:-----[A-Z -]{0,60})?)$`,
);
/** Words after which the next one is a secret, which is only known when both are seen together. */
const OPENER =
  /(?:\b(?:bearer|basic|FlyV1)|[\w.-]*(?:key|token|secret|password|passwd|passphrase|authorization|cookie)\\?["']?\s{0,3}(?:=>|:=|[=:])?\s{0,3}\\?["']?(?:token|apikey|key|bearer|basic)?)\s{0,4}$/i;
/** Lines of base64 that were wrapped. */
const WRAPPED = /(?:[A-Za-z0-9+/]{60,}\r?\n)+$/;

/**
 * Where the end of a text begins that must wait: no secret stands across that place.
 * @param spaced secret values with white space in them.
 */
export function whereHeld(text: string, spaced: string[]): number {
  let from = wordStart(text, text.length);
  for (const open of [WRAPPED, OPENER]) {
    const opened = open.exec(text.slice(Math.max(0, from - MOST_HELD), from))?.[0].length ?? 0;
    if (opened > 0) from = wordStart(text, from - opened);
  }
  from = Math.min(from, OPEN_PRIVATE_KEY.exec(text)?.index ?? from);
  for (const value of spaced) from = Math.min(from, text.length - begun(text, value));
  for (const value of spaced) {
    const at = text.lastIndexOf(value, from);
    if (at >= 0 && at + value.length > from) from = at;
  }
  return from;
}

function wordStart(text: string, end: number): number {
  let from = end;
  while (from > 0 && !/\s/.test(text[from - 1] ?? '')) from -= 1;
  return from;
}

/** How much of `value` stands at the end of `text`. */
function begun(text: string, value: string): number {
  for (let length = Math.min(text.length, value.length - 1); length > 0; length--) if (text.endsWith(value.slice(0, length))) return length;
  return 0;
}

export function makeMaskStream(mask: (text: string) => string, held: (text: string) => number): MaskStream {
  let waiting = '';
  // A secret that is longer than what may wait has been masked: the rest of it goes.
  let dropping = false;
  const dropRest = (text: string) => {
    const rest = text.replace(/^\S+/, '');
    dropping = rest === '';
    return rest;
  };
  const take = (until: number) => {
    const shown = mask(waiting.slice(0, until));
    waiting = waiting.slice(until);
    return shown;
  };
  return {
    write(text) {
      waiting += dropping ? dropRest(text) : text;
      const from = held(waiting);
      if (waiting.length - from <= MOST_HELD) return take(from);
      const until = waiting.length - STILL_HELD;
      if (mask(waiting.slice(0, until)) + mask(waiting.slice(until)) === mask(waiting)) return take(until);
      const shown = mask(waiting);
      waiting = '';
      dropping = shown.endsWith(MASKED);
      return shown;
    },
    end() {
      dropping = false;
      return take(waiting.length);
    },
  };
}
