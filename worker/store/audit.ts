import { audit } from '@specwright/migrations/schema.ts';
import { drizzle } from 'drizzle-orm/d1';
import type { Context } from 'hono';
import type { App } from '../door/app-types.ts';

/** One row for a change that was made, keyed by its request. */
export async function recordAudit(c: Context<App>, action: string): Promise<void> {
  const { organisationId, userId } = c.get('caller');
  const target = new URL(c.req.url).pathname;
  const id = c.get('requestId');
  await drizzle(c.env.DB)
    .insert(audit)
    .values({ id, organisationId, actorId: userId, action, target, at: Date.now() })
    .onConflictDoNothing();
}
