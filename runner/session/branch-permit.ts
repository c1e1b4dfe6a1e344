import type { Lease } from '../lease.ts';
import { pause } from '../loops/backoff.ts';

/** Asks for leave to move the branch. */
export interface BranchPermit {
  /** True: the lease is held. False: it is lost, or `signal` was aborted while nobody answered. */
  ask(lease: Lease, signal: AbortSignal): Promise<boolean>;
  /** Something was heard of the lease: waiting askers look again. */
  heard(): void;
}

/** @param sendQuestion sends `confirm_lease`; false: the socket is closed, and opens again by itself. */
export function makeBranchPermit(sendQuestion: (fence: number) => boolean, againMs: number): BranchPermit {
  let wake = new AbortController();
  return {
    async ask(lease, signal) {
      while (!signal.aborted && !lease.isLost()) {
        if (lease.isSure()) return true;
        wake = new AbortController();
        const heard = wake.signal;
        sendQuestion(lease.fence);
        await pause(againMs, AbortSignal.any([signal, heard]));
      }
      return false;
    },
    heard: () => wake.abort(),
  };
}
