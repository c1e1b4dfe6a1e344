import type { Page } from '@specwright/protocol/api.ts';
import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { type ApiKey, type CreatedApiKey, createApiKeySchema } from '@specwright/protocol/people-api.ts';
import { Hono } from 'hono';
import type { z } from 'zod';
import { mayCall } from '../access.ts';
import type { App, Caller } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { writePermissions } from '../people/api-key-format.ts';
import { authOf } from '../people/auth.ts';
import { findApiKey, listApiKeys, placeApiKey, removeApiKey } from '../store/api-keys.ts';

const DAY_S = 24 * 60 * 60;

/** Keys for programs: a person's act as that person with at most their role, a service's belong to the organisation. */
export const apiKeys = new Hono<App>()
  .get('/api/api-keys', async (c) => {
    const items = await listApiKeys(c.env.DB, whose(c.get('caller')));
    return c.json({ items, nextCursor: null } satisfies Page<ApiKey>);
  })
  .post('/api/api-keys', body(createApiKeySchema), async (c) => {
    const caller = c.get('caller');
    const wish = c.req.valid('json');
    const refusal = keyRefusal(caller, wish);
    if (refusal) return refused(c, refusal);
    const { name, kind, expiresInDays } = wish;
    const made = await authOf(c.env).api.createApiKey({
      body: {
        name,
        userId: kind === 'service' ? caller.organisationId : caller.userId,
        expiresIn: expiresInDays === null ? null : expiresInDays * DAY_S,
        permissions: writePermissions(wish.scopes, kind === 'service' ? (wish.role ?? null) : null),
      },
    });
    await placeApiKey(c.env.DB, made.id, { organisationId: caller.organisationId, createdBy: caller.userId });
    const key = await findApiKey(c.env.DB, { ...whose(caller), services: true }, made.id);
    if (!key) throw new Error('A key that was just made is not there.');
    c.set('audit', { target: { kind: 'api_key', id: key.id, name }, details: { kind, scopes: wish.scopes, role: wish.role ?? null } });
    return c.json({ key, secret: made.key } satisfies CreatedApiKey, 201);
  })
  // Ends it at once: the next call with it is nobody's.
  .delete('/api/api-keys/:keyId', async (c) => {
    const caller = c.get('caller');
    const key = await findApiKey(c.env.DB, whose(caller), c.req.param('keyId'));
    if (!key) return absent(c);
    await removeApiKey(c.env.DB, whose(caller), key.id);
    c.set('audit', { target: { kind: 'api_key', id: key.id, name: key.name }, details: { kind: key.kind } });
    return c.body(null, 204);
  });

function whose({ organisationId, userId, role }: Caller) {
  return { organisationId, userId, services: mayCall(role, 'admin') };
}

function keyRefusal({ role: own, via }: Caller, { kind, role }: z.infer<typeof createApiKeySchema>): Refusal | null {
  if (via === 'key') return refuse('FORBIDDEN', 'A key makes no keys: sign in.');
  if (kind === 'person') return null;
  if (!mayCall(own, 'admin')) return refuse('FORBIDDEN', `kind: Keys of services take the role admin; you are ${own}.`);
  if (!role) return refuse('BAD_REQUEST', 'role: Choose the role of the service.');
  return mayCall(own, role) ? null : refuse('FORBIDDEN', `role: You are ${own}, and can give nothing above that.`);
}
