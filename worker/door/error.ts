import { ERROR_CODES, type ErrorBody, type ErrorCode, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { App } from './app-types.ts';
import { logLine } from './log.ts';

/** Every limit counts over one minute (wrangler.toml), so waiting that long always helps. */
const RETRY_AFTER_S = 60;

/** A broken edge: network, D1, an object that cannot be reached. Thrown, and answered once, below. */
export class Fault extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Answers a refusal: code, sentence, request id, and whether the same call can succeed later. */
export function refused(c: Context<App>, { code, message }: Pick<Refusal, 'code' | 'message'>): Response {
  const { status, retryable } = ERROR_CODES[code];
  const body: ErrorBody = { code, message, requestId: c.get('requestId'), retryable };
  if (code === 'RATE_LIMITED') c.header('retry-after', String(RETRY_AFTER_S));
  return c.json(body, status as ContentfulStatusCode);
}

/** What is absent and what belongs to others look the same. */
export const ABSENT = refuse('NOT_FOUND', 'There is nothing here, or it is not yours to see.');

export function absent(c: Context<App>): Response {
  return refused(c, ABSENT);
}

/** The one place where what was thrown becomes an answer. */
export function answerError(error: Error, c: Context<App>): Response {
  if (error instanceof Fault) return refused(c, error);
  if (error instanceof HTTPException && error.status === 400) return refused(c, { code: 'BAD_REQUEST', message: 'The body is not JSON.' });
  logLine('error', { requestId: c.get('requestId'), event: 'unexpected_error', message: error.message, stack: error.stack });
  return refused(c, {
    code: 'INTERNAL',
    message: 'Something broke on our side. Try again; if it stays, look for this request id in the log.',
  });
}
