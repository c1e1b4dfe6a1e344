/** The number of the conversation between runner, page and server. A test holds the hash of all wire schemas beside it. */
export const WIRE_VERSION = 4;

/** A runner one version older still works, but none from before jobs had credentials. */
export const OLDEST_WIRE = 2;

/** Complete Phase needs a runner that knows it. */
export const PHASE_WIRE = 3;

/** Errands need a runner that answers them. */
export const ERRAND_WIRE = 4;
