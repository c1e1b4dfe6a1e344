import { useEffect, useState } from 'react';

/** The word of the new order may come about so much after the answer to the move. */
const SETTLES_MS = 500;

/**
 * The order a person sees: theirs at once, the server's as soon as it has heard of all their moves.
 * @param pending a move is on its way
 */
export function useOrder<Item extends { id: string }>(items: Item[], pending: boolean): [Item[], (order: Item[]) => void] {
  const [own, setOwn] = useState<string[] | null>(null);
  const fromServer = items.map((item) => item.id).join();
  const same = own !== null && own.join() === fromServer;
  useEffect(() => {
    if (own === null || pending) return;
    if (same) return setOwn(null);
    const timer = setTimeout(() => setOwn(null), SETTLES_MS);
    return () => clearTimeout(timer);
  }, [own, same, pending]);
  return [own === null ? items : arranged(items, own), (order) => setOwn(order.map((item) => item.id))];
}

/** In this order; what came since stands at the end, what has left is left out. */
export function arranged<Item extends { id: string }>(items: Item[], ids: string[]): Item[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  const known = new Set(ids);
  return [...ids.flatMap((id) => byId.get(id) ?? []), ...items.filter((item) => !known.has(item.id))];
}
