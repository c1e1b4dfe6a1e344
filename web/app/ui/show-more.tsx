import type { Page } from '@specwright/protocol/api.ts';
import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from './button.tsx';

interface More<T> {
  items: T[];
  /** Reads the next page; null when there is none. */
  showMore: (() => void) | null;
  pending: boolean;
}

/** A list that begins with the page a loader read, and goes on page by page where a person asks for it. */
export function useMore<T extends { id: string }>(first: Page<T>, address: string): More<T> {
  const [rest, setRest] = useState<Page<T> | null>(null);
  const [pending, setPending] = useState(false);
  const cursor = (rest ?? first).nextCursor;
  const read = async () => {
    setPending(true);
    const page = await readPage<T>(`${address}${address.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor ?? '')}`);
    setPending(false);
    if (page) setRest({ items: [...(rest?.items ?? []), ...page.items], nextCursor: page.nextCursor });
    else toast.error('The next page could not be read.');
  };
  const shown = new Set(first.items.map((item) => item.id));
  const items = [...first.items, ...(rest?.items ?? []).filter((item) => !shown.has(item.id))];
  return { items, showMore: cursor === null ? null : read, pending };
}

async function readPage<T>(address: string): Promise<Page<T> | null> {
  const response = await fetch(address).catch(() => null);
  return response?.ok ? ((await response.json()) as Page<T>) : null;
}

export function ShowMore({ showMore, pending, what }: Omit<More<never>, 'items'> & { what: string }) {
  if (!showMore) return null;
  return (
    <div className="flex justify-center p-3">
      <Button small onClick={showMore} pending={pending}>
        Show more {what}
      </Button>
    </div>
  );
}
