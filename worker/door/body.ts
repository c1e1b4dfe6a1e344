import { zValidator } from '@hono/zod-validator';
import type { Context } from 'hono';
import type { z } from 'zod';
import type { App } from './app-types.ts';
import { refused } from './error.ts';

/** Parses the JSON body at the door; a wrong one is answered with the place and the reason. */
export function body<T extends z.ZodType>(schema: T) {
  return zValidator('json', schema, (result, c) => {
    if (result.success) return;
    return refused(c as unknown as Context<App>, { code: 'BAD_REQUEST', message: sentence(result.error.issues[0]) });
  });
}

/** Parses the query string the same way. */
export function query<T extends z.ZodType>(schema: T) {
  return zValidator('query', schema, (result, c) => {
    if (result.success) return;
    return refused(c as unknown as Context<App>, { code: 'BAD_REQUEST', message: sentence(result.error.issues[0]) });
  });
}

function sentence(issue: { path: PropertyKey[]; message: string } | undefined): string {
  if (!issue) return 'The body is not what this route takes.';
  const place = issue.path.map(String).join('.');
  return place ? `${place}: ${issue.message}` : issue.message;
}
