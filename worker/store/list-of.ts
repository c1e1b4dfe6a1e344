import { type SQL, sql } from 'drizzle-orm';

/** A list for `IN`, as one bound value: D1 takes at most 100 of them in a query. */
export function listOf(values: string[]): SQL {
  return sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`;
}
