export { type Mask, makeMask } from '../masking/mask.ts';

/** The end of a text, at most `max` UTF-16 units. */
export function tailOf(text: string, max: number): string {
  return text.length <= max ? text : `…${text.slice(-(max - 1))}`;
}

/** The beginning of a text, at most `max` UTF-16 units. */
export function headOf(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
