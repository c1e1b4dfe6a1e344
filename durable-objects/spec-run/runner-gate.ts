import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';

/** Longer than a request is on its way between the Worker and the object. */
const ON_ITS_WAY_MS = 10_000;

/** Which runners may open a socket here. */
export class RunnerGate {
  /** Revoked runners: a socket that was allowed a moment before may still be on its way. */
  private readonly gone = new Map<string, number>();

  close(runnerId: string, now: number): void {
    this.gone.set(runnerId, now);
  }

  /** Of a runner that does not work for the one who started the run, and of one that was revoked while this was on its way. */
  refusal({ headers }: Request, state: RunState, now: number): Refusal | null {
    const revokedAt = this.gone.get(headers.get('x-specwright-runner-id') ?? '') ?? Number.NEGATIVE_INFINITY;
    // Whether it is gone for good, the Worker says; one that came back with a new key may try again.
    if (now - revokedAt < ON_ITS_WAY_MS) return refuse('UNAVAILABLE', 'This runner was cut off a moment ago.');
    const serves = headers.get('x-specwright-runner-serves');
    return serves === 'all' || (serves !== null && serves === state.startedBy?.id) ? null : refuse('NOT_FOUND', 'There is no such run.');
  }
}
