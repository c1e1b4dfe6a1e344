import type { Me } from '@specwright/protocol/api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { buildOf } from '../environment.ts';

export const me = new Hono<App>().get('/api/me', (c) => {
  const { userId, name, email, organisationId, organisationName, role } = c.get('caller');
  const organisation = { id: organisationId, name: organisationName };
  return c.json({ user: { id: userId, name, email }, organisation, role, build: buildOf(c.env) } satisfies Me);
});
