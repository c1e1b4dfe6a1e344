/** The server did not take a call. `retryable`: the same call can succeed later. */
export class ServerFault extends Error {
  readonly status: number;
  readonly retryable: boolean;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
    this.retryable = status === 0 || status === 408 || status === 429 || status >= 500;
  }
}

/** The server knows this machine no more: it was revoked, or its key is another now. Trying again changes nothing. */
export function isRevoked(error: unknown): boolean {
  return error instanceof ServerFault && [401, 403, 404, 410].includes(error.status);
}
