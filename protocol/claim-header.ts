import { type Claim, claimSchema } from './runner-up.ts';

/**
 * A claim may travel with the request that opens a run's socket, which saves a round trip: the answer is then the first frame.
 * The opening's answer carries the same header when the claim was heard; without it the runner says its claim as a frame.
 */
export const CLAIM_HEADER = 'specwright-claim';
export const CLAIM_HEARD = 'heard';

/** Header values are ASCII; names of runners are not. */
export function claimHeader(claim: Claim): string {
  return encodeURIComponent(JSON.stringify(claim));
}

/** Null: there is none, or it is no claim. */
export function readClaimHeader(value: string | null | undefined): Claim | null {
  if (!value) return null;
  try {
    return claimSchema.parse(JSON.parse(decodeURIComponent(value)));
  } catch {
    return null;
  }
}
