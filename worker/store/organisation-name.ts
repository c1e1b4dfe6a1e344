import { organisations } from '@specwright/migrations/schema.ts';
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';

export async function findOrganisationName(d1: D1Database, id: string): Promise<string> {
  const [row] = await drizzle(d1).select({ name: organisations.name }).from(organisations).where(eq(organisations.id, id));
  return row?.name ?? '';
}
