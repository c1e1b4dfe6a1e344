import type { Page } from '@specwright/protocol/api.ts';
import { z } from 'zod';

/** What every list takes: `cursor` is the last id that was seen. Ids sort by creation, so lists go from the newest to the oldest. */
export const pageQuerySchema = z.object({
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(100),
});
export type PageQuery = z.infer<typeof pageQuerySchema>;

/** Cuts what was read (one more than the limit) into a page. */
export function pageOf<T extends { id: string }>(rows: T[], limit: number): Page<T> {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
