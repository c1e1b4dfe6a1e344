/** Every id is a prefix that names the noun, and a UUIDv7 (RFC 9562) made by the server: ids sort by creation. */
export const ID_PREFIXES = {
  organisation: 'org',
  user: 'usr',
  member: 'mem',
  invitation: 'inv',
  apiKey: 'key',
  session: 'ses',
  registration: 'reg',
  audit: 'aud',
  project: 'prj',
  spec: 'spc',
  chunk: 'chk',
  run: 'run',
  lease: 'lse',
  runner: 'rnr',
  life: 'lif',
  message: 'msg',
  request: 'req',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/**
 * Makes an id.
 * @param now Unix milliseconds; the first 48 bits of the UUID.
 * @param random at least 10 random bytes; passed in, so that a pure caller stays pure.
 */
export function makeId(kind: IdKind, now: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16);
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 0xff;
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${ID_PREFIXES[kind]}_${hex}`;
}

/** Makes an id with the platform's clock and randomness. */
export function newId(kind: IdKind): string {
  return makeId(kind, Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}

/** Says whether a text has the shape of an id of this kind; anything else is answered like an absent id. */
export function isId(kind: IdKind, text: string): boolean {
  return new RegExp(`^${ID_PREFIXES[kind]}_[0-9a-f]{32}$`).test(text);
}

/** A job is one attempt at one chunk under one lease; its id says so: run/chunk/attempt/fence. */
export function jobIdOf(parts: { runId: string; chunkId: string; attempt: number; fence: number }): string {
  return `${parts.runId}/${parts.chunkId}/${parts.attempt}/${parts.fence}`;
}

/** The run that a job's id names; null: it is no job's id. */
export function runOfJob(jobId: string): string | null {
  const runId = jobId.split('/')[0] ?? '';
  return isId('run', runId) && jobId.length > runId.length + 1 ? runId : null;
}
