const FIRST_MS = 400;
const LONGEST_MS = 10_000;

/** After so many tries in a row, about two minutes, the page says that it gave up and shows a button. */
export const TRIES_BEFORE_GIVING_UP = 16;

/** Doubles from 400 ms to 10 s; between half and all of that, so that a thousand pages do not come back at once. */
export function retryDelayMs(tries: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 20));
  return Math.round(full / 2 + (full / 2) * random);
}
