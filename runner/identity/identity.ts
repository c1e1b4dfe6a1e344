/** As whom this machine speaks to the server. */
export interface Identity {
  /** A token to speak with now. Throws ServerFault; one that is not retryable: the server no longer knows this machine. */
  token(): Promise<string>;
  /** The server answered 401 to this token: the next one is asked for anew. */
  refused(token: string): void;
}

/** A token that never changes: it is the same after a refusal, so a second refusal is the server's last word. */
export function fixedToken(token: string): Identity {
  return { token: async () => token, refused: () => {} };
}
