import { Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { originOf } from '../environment.ts';
import { authOf } from '../people/auth.ts';

const askSchema = z.object({ client_id: z.string().min(1).max(100), scope: z.string().max(200).optional() });
const tokenSchema = z.object({
  grant_type: z.literal('urn:ietf:params:oauth:grant-type:device_code'),
  device_code: z.string().min(1).max(200),
  client_id: z.string().min(1).max(100),
});

/**
 * A device asks to be let in (RFC 8628): it shows a code, a person approves it on the page /device, the device gets a session's token.
 * Bodies and refusals are those of the RFC: { error, error_description }.
 */
export const authDevice = new Hono<App>()
  .post('/api/auth/device/code', body(askSchema), async (c) => {
    const answer = await authOf(c.env).api.deviceCode({ body: c.req.valid('json'), headers: new Headers(), asResponse: true });
    if (!answer.ok) return c.json((await answer.json()) as object, answer.status as 400);
    const said = (await answer.json()) as { user_code: string };
    const page = new URL('/device', originOf(c.env));
    const complete = new URL(`?code=${said.user_code}`, page);
    return c.json({ ...said, verification_uri: page.href, verification_uri_complete: complete.href });
  })
  .post('/api/auth/device/token', body(tokenSchema), async (c) => {
    const answer = await authOf(c.env).api.deviceToken({ body: c.req.valid('json'), headers: c.req.raw.headers, asResponse: true });
    return c.json((await answer.json()) as object, answer.status as 200);
  });
