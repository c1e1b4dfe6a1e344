/** The closed list of refusals. `retryable` says whether the same call can succeed later without a change. */
export const ERROR_CODES = {
  BAD_REQUEST: { status: 400, retryable: false },
  NOT_SIGNED_IN: { status: 401, retryable: false },
  LINK_SPENT: { status: 401, retryable: false },
  SIGN_IN_REFUSED: { status: 401, retryable: false },
  ADDRESS_UNCONFIRMED: { status: 403, retryable: false },
  FORBIDDEN: { status: 403, retryable: false },
  ORIGIN_REFUSED: { status: 403, retryable: false },
  NOT_FOUND: { status: 404, retryable: false },
  CONFLICT: { status: 409, retryable: false },
  RUN_NOT_ACTIVE: { status: 409, retryable: false },
  RUN_ACTIVE: { status: 409, retryable: false },
  ORCHESTRATION_ACTIVE: { status: 409, retryable: false },
  QUESTION_CLOSED: { status: 409, retryable: false },
  RUN_COMPLETED: { status: 409, retryable: false },
  CHUNK_NOT_FAILED: { status: 409, retryable: false },
  PROJECT_ARCHIVED: { status: 409, retryable: false },
  EDIT_CONFLICT: { status: 412, retryable: false },
  TOO_LARGE: { status: 413, retryable: false },
  SPEC_EMPTY: { status: 422, retryable: false },
  SPEC_INVALID: { status: 422, retryable: false },
  DEPENDENCY_CYCLE: { status: 422, retryable: false },
  DEPENDENCIES_OPEN: { status: 422, retryable: false },
  LEASE_LOST: { status: 409, retryable: false },
  WIRE_VERSION: { status: 426, retryable: false },
  RATE_LIMITED: { status: 429, retryable: true },
  INTERNAL: { status: 500, retryable: true },
  UNAVAILABLE: { status: 503, retryable: true },
  NO_RUNNER: { status: 503, retryable: true },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** A refusal that the caller can act on: a value, never thrown inside the product. */
export interface Refusal {
  refused: true;
  code: ErrorCode;
  message: string;
}

export function refuse(code: ErrorCode, message: string): Refusal {
  return { refused: true, code, message };
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && (value as Refusal).refused === true;
}

/** The body of every error answer. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  requestId: string;
  retryable: boolean;
}
