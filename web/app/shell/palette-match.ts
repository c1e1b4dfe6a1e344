export interface PaletteEntry {
  id: string;
  group: string;
  title: string;
  detail: string;
  run: () => void;
}

/** Entries that hold the query's letters in order, best first: whole words, then beginnings, then scattered letters. */
export function matchEntries(entries: PaletteEntry[], query: string): PaletteEntry[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return entries;
  return entries
    .map((entry, index) => ({ entry, index, score: scoreOf(`${entry.title} ${entry.group}`.toLowerCase(), wanted) }))
    .filter((found) => found.score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .map((found) => found.entry);
}

function scoreOf(text: string, wanted: string): number {
  const at = text.indexOf(wanted);
  if (at === 0) return 4;
  if (at > 0) return /[\s\-_/]/.test(text[at - 1] ?? '') ? 3 : 2;
  let from = 0;
  for (const letter of wanted) {
    const next = text.indexOf(letter, from);
    if (next < 0) return 0;
    from = next + 1;
  }
  return 1;
}
