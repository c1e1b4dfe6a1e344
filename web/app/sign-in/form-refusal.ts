import type { Refused } from '../server/api.ts';

/** Refusals of the door that are about one of its fields. */
const FIELDS: Partial<Record<string, string>> = { SIGN_IN_REFUSED: 'password', CONFLICT: 'email' };

/** The same refusal, beside the field that it is about. */
export function besideField(error: Refused): Refused {
  const field = FIELDS[error.code];
  return field && !error.fields ? { ...error, fields: { [field]: error.message } } : error;
}
