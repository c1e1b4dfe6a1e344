/** The number of the conversation between runner, page and server. A test holds the hash of all wire schemas beside it. */
export const WIRE_VERSION = 2;
