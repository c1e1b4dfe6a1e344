import { XSS_CORPUS } from './xss-corpus.ts';

/** What pages switch on, look up by or count with; everything else is words that they show. */
const PLAIN =
  /^(id|\w+Ids?|ids|kind|status|role|type|step|code|fault|via|build|nextCursor|hash|\w+Hash|result|part|sharing|scopes|dependsOn|userIds|expiresAt|userCode|signUp|severity)$/;

let turn = 0;

/** Every string of the corpus; each time another one stands first, for what only works at the beginning of a text. */
export function poisonText(): string {
  const first = turn++ % XSS_CORPUS.length;
  return [...XSS_CORPUS.slice(first), ...XSS_CORPUS.slice(0, first)].join('\n');
}

/** The same value with the whole corpus in the place of every text that a page shows. */
export function poison<T>(value: T, name = ''): T {
  if (typeof value === 'string') return (PLAIN.test(name) || isVerdict(name, value) ? value : poisonText()) as T;
  if (Array.isArray(value)) return value.map((item) => poison(item, name)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, poison(item, key)])) as T;
}

/** A review's word, beside the object of the same name. */
function isVerdict(name: string, value: string): boolean {
  return name === 'verdict' && /^\w+$/.test(value);
}

/** SPECWRIGHT_POISON=1: every text that a page shows is a corpus of attacks. */
export const poisoned = process.env.SPECWRIGHT_POISON === '1';
