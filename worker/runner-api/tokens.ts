import { type Challenge, challengeRequestSchema, type RunnerToken, tokenRequestSchema } from '@specwright/protocol/runners-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { makeChallenge, tokenFor } from '../door/runner-token.ts';

/** A machine proves that it holds the private half of its key, and gets a token for a quarter of an hour. Nothing is stored. */
export const tokens = new Hono<App>()
  .post('/runner-api/challenges', body(challengeRequestSchema), async (c) => {
    const challenge = await makeChallenge(c.env, c.req.valid('json').runnerId);
    return c.json({ challenge } satisfies Challenge, 201);
  })
  .post('/runner-api/tokens', body(tokenRequestSchema), async (c) => {
    const { challenge, signature } = c.req.valid('json');
    const token = await tokenFor(c.env, challenge, signature);
    if (!token) return refused(c, { code: 'NOT_SIGNED_IN', message: 'This runner is not known here, or it was revoked.' });
    return c.json(token satisfies RunnerToken, 201);
  });
