const NONE: ReadonlySet<string> = new Set();

/** Masks every text inside a value; numbers, names of fields and whatever stands in a field of `exact` stay as they are. */
export function maskDeep<T>(value: T, mask: (text: string) => string, exact: ReadonlySet<string> = NONE): T {
  if (typeof value === 'string') return mask(value) as T;
  if (Array.isArray(value)) return value.map((one) => maskDeep(one, mask, exact)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, one]) => [name, exact.has(name) ? one : maskDeep(one, mask, exact)]);
  return Object.fromEntries(fields) as T;
}

/** Fields of facts that name things: ids, commits, hashes, words of closed lists. Everything else that is text is masked. */
const NAMES: ReadonlySet<string> = new Set(
  `kind jobId chunkId callId questionId sessionId branch head base commit snapshot piece diffPiece verdictCode code result step next role status level cause
  accountFingerprint source part`.split(/\s+/),
);

/** The last gate before the journal and the wire: a text that nobody masked on its way is masked here. */
export function maskFact<T extends { kind: string }>(fact: T, mask: (text: string) => string): T {
  return maskDeep(fact, mask, NAMES);
}
