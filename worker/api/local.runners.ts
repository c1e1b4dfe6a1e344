import { Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { hashToken, newToken } from '../door/secret.ts';
import { putRunner } from '../store/runners.ts';

/** Registers a runner of this machine; the same name again gets the same id and a new token, and the old token ends. */
export const localRunners = new Hono<App>().post(
  '/api/local/runners',
  body(z.object({ name: z.string().trim().min(1).max(100) })),
  async (c) => {
    const { organisationId, userId } = c.get('caller');
    const token = newToken('swr');
    const { name } = c.req.valid('json');
    const runnerId = await putRunner(c.env.DB, { organisationId, ownerId: userId, name, tokenHash: await hashToken(token) });
    return c.json({ runnerId, token }, 201);
  },
);
