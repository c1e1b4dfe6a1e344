import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { cycleSentence, findCycle } from '@specwright/protocol/find-cycle.ts';
import { type ChunkRow, idsOf } from '../store/chunks.ts';

/** Says what stands against a chunk with this key and these dependencies among the spec's others; `id` null: a new one. */
export function checkGraph(rows: ChunkRow[], wish: { id: string | null; key: string; dependsOn: string[] }): Refusal | null {
  const others = rows.filter((row) => row.id !== wish.id);
  if (others.some((row) => row.key === wish.key)) return refuse('CONFLICT', `key: ${wish.key} is taken by another chunk of this spec.`);
  const known = new Set(rows.map((row) => row.id));
  if (wish.dependsOn.some((id) => !known.has(id))) return refuse('BAD_REQUEST', 'dependsOn: not all of these are chunks of this spec.');
  const nodes = others.map(({ id, key, dependsOn }) => ({ id, key, dependsOn: idsOf(dependsOn) }));
  const cycle = findCycle([...nodes, { ...wish, id: wish.id ?? 'new' }]);
  return cycle && refuse('DEPENDENCY_CYCLE', cycleSentence(cycle));
}

/** A key from a title that no other chunk of the spec has: "add-login", "add-login-2". */
export function freeKey(title: string, rows: Pick<ChunkRow, 'key'>[]): string {
  const taken = new Set(rows.map((row) => row.key));
  const stem = slugOf(title);
  for (let n = 1; ; n++) {
    const key = n === 1 ? stem : `${stem}-${n}`;
    if (!taken.has(key)) return key;
  }
}

function slugOf(title: string): string {
  const slug = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return slug.replace(/^-+/, '').slice(0, 40).replace(/-+$/, '') || 'chunk';
}
