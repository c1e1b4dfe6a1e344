import type { Attempt, Item, RunState } from '../run-state.ts';

/** The item with this id, or undefined. */
export function findItem(state: Pick<RunState, 'items'>, id: string | null): Item | undefined {
  return state.items.find((item) => item.id === id);
}

/** The chunk that an item's attempts are counted on: itself, or a fix's parent. */
export function rootOf(state: Pick<RunState, 'items'>, item: Item): Item {
  return item.parentId === null ? item : (findItem(state, item.parentId) ?? item);
}

/** The fix of a chunk; a chunk has at most one. */
export function fixOf(state: Pick<RunState, 'items'>, chunkId: string): Item | undefined {
  return state.items.find((item) => item.parentId === chunkId);
}

/** Replaces one item of a fresh copy of the state; an unknown id changes nothing. */
export function changeItem(next: RunState, id: string, change: (item: Item) => Partial<Item>): void {
  const index = next.items.findIndex((item) => item.id === id);
  const item = next.items[index];
  if (item === undefined) return;
  const items = next.items.slice();
  items[index] = { ...item, ...change(item) };
  next.items = items;
}

/** Replaces one attempt, found from the end by its job. */
export function changeAttempt(item: Item, jobId: string, change: (attempt: Attempt) => Partial<Attempt>): Attempt[] {
  const index = item.attempts.findLastIndex((attempt) => attempt.jobId === jobId);
  const attempt = item.attempts[index];
  if (attempt === undefined) return item.attempts;
  const attempts = item.attempts.slice();
  attempts[index] = { ...attempt, ...change(attempt) };
  return attempts;
}
