import { MASKED, maskEncoded } from './encoded-secrets.ts';
import { KEY_SHAPES } from './key-shapes.ts';
import { type MaskStream, makeMaskStream, whereHeld } from './mask-stream.ts';
import { formsOf, secretValues } from './secret-forms.ts';

/**
 * Takes secrets out of a text before it leaves this machine: values of secret-named variables in every form they are usually printed in,
 * and whatever has the shape of a known kind of key. Masking twice changes nothing.
 */
export interface Mask {
  (text: string): string;
  /** Of a text that goes on growing: its end, where a secret may just begin, is left out. */
  partial(text: string): string;
  /** For text that comes in pieces: a secret that is cut in two by them is still seen. */
  stream(): MaskStream;
}

/** A piece of a known value at a text's border that is at least as long counts as the value: the text was cut there. */
const LEAST_CUT_CHARS = 6;
/** The beginning of a key by the end of a text that was cut there. */
const CUT_KEY =
  /\b(?:sk-ant-|sk-|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|AKIA|ASIA|AIza|npm_|hf_|gsk_|srt_|sw[a-z]_|eyJ|[sr]k_(?:live|test)_|pypi-|dckr_pat_|hvs\.|SG\.)(?=[A-Za-z_.-]*\d)[A-Za-z0-9_.-]{3,}(?=…?$)/;
/** What stands where the middle of a text was left out. */
const LEFT_OUT = /(\n?\[\d+ characters left out\]\n?|…)/;

/** @param more values that are secret whatever their name is: logins in addresses of repositories. */
export function makeMask(env: NodeJS.ProcessEnv, more: string[] = []): Mask {
  const forms = [...new Set([...secretValues(env), ...more.filter((value) => value.length >= 8)].flatMap(formsOf))];
  forms.sort((a, b) => b.length - a.length);
  const maskPlain = (text: string) => maskShapes(maskValues(text, forms));
  const isSecret = (decoded: string) => maskPlain(decoded) !== decoded;
  const maskWhole = (text: string) => maskEncoded(maskPlain(text), isSecret);
  const mask = (given: string) => {
    if (given.length < LEAST_CUT_CHARS) return given;
    const text = maskWhole(given).replace(CUT_KEY, MASKED);
    if (forms.length === 0 || !LEFT_OUT.test(text)) return maskBorders(text, forms);
    return text
      .split(LEFT_OUT)
      .map((part) => maskBorders(part, forms))
      .join('');
  };
  const spaced = forms.filter((form) => /\s/.test(form));
  const held = (text: string) => whereHeld(text, spaced);
  return Object.assign(mask, {
    partial: (text: string) => mask(text.slice(0, held(text))),
    stream: () => makeMaskStream(maskWhole, held),
  });
}

function maskValues(text: string, forms: string[]): string {
  let masked = text;
  for (const form of forms) if (masked.includes(form)) masked = masked.replaceAll(form, MASKED);
  return masked;
}

function maskShapes(text: string): string {
  const small = text.toLowerCase();
  let masked = text;
  for (const { hints, pattern } of KEY_SHAPES) if (hints.some((hint) => small.includes(hint))) masked = masked.replace(pattern, MASKED);
  return masked;
}

/** The end of a value at the text's beginning, and its beginning at the text's end. */
function maskBorders(text: string, forms: string[]): string {
  if (text.length < LEAST_CUT_CHARS) return text;
  const first = text.slice(0, LEAST_CUT_CHARS);
  const last = text.slice(-LEAST_CUT_CHARS);
  let from = 0;
  let to = text.length;
  for (const form of forms) {
    if (form.includes(first, 1)) from = Math.max(from, overlap(form, text));
    if (form.includes(last)) to = Math.min(to, text.length - overlap(text, form));
  }
  if (from === 0 && to === text.length) return text;
  if (from >= to) return MASKED;
  return `${from > 0 ? MASKED : ''}${text.slice(from, to)}${to < text.length ? MASKED : ''}`;
}

/** How many characters at the end of `left` are the beginning of `right`; 0 when they are too few to tell. */
function overlap(left: string, right: string): number {
  for (let length = Math.min(left.length, right.length); length >= LEAST_CUT_CHARS; length--)
    if (left.endsWith(right.slice(0, length))) return length;
  return 0;
}
