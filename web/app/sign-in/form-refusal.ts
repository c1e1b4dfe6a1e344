import type { Refused } from '../server/api.ts';

const WORDS: Record<string, [field: string, sentence: string]> = {
  INVALID_EMAIL_OR_PASSWORD: ['password', 'E-mail or password is wrong.'],
  INVALID_EMAIL: ['email', 'This is no e-mail address.'],
  PASSWORD_TOO_SHORT: ['password', 'At least 10 characters.'],
  PASSWORD_TOO_LONG: ['password', 'At most 128 characters.'],
  INVALID_PASSWORD: ['current', 'This is not your password.'],
  USER_ALREADY_EXISTS: ['email', 'There is an account with this address. Sign in with it.'],
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: ['email', 'There is an account with this address. Sign in with it.'],
  INVALID_TOKEN: ['', 'This link was used already or has run out. Ask for a new one.'],
};

/** The library's codes in our words, each beside its field. */
export function inWords(error: Refused): Refused {
  const known = WORDS[error.code];
  if (!known) return error;
  const [field, message] = known;
  return { ...error, message, fields: field ? { [field]: message } : undefined };
}

/** The sentence that belongs to no field that the form shows. */
export function generalOf(error: Refused | null | undefined, shown: string[]): string | null {
  if (!error) return null;
  return shown.some((field) => error.fields?.[field]) ? null : error.message;
}
