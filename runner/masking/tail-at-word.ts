/**
 * The end of a text, at most `max` UTF-16 units, beginning at a word: half a key, its telling beginning cut away, would be known by
 * nobody. Only a word that alone is longer is cut.
 */
export function tailAtWord(text: string, max: number): string {
  if (text.length <= max) return text;
  const tail = text.slice(-max);
  if (/\s/.test(text[text.length - max - 1] ?? '')) return tail;
  const from = tail.search(/\s/);
  return from < 0 ? tail : tail.slice(from + 1);
}
