/// <reference path="../node-crypto.d.ts" />
import { createHmac } from 'node:crypto';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import type { RunStore } from './run-store.ts';

const KEY_MARK = 'job_key';

/**
 * Each job goes out with a credential that is good for this job alone: an HMAC of its id under a key that the run made at
 * random and never tells. Facts about a job, and what is uploaded for it, must carry it. A run's key makes no other run's credential.
 */
export class JobCredentials {
  private readonly store: RunStore;
  private key: string | null;
  /** Of the job in hand, which is named again with all that comes of it. */
  private latest: { jobId: string; credential: string } | null = null;

  constructor(store: RunStore) {
    this.store = store;
    this.key = store.mark(KEY_MARK);
  }

  of(jobId: string): string {
    if (this.latest?.jobId === jobId) return this.latest.credential;
    this.key ??= this.makeKey();
    const credential = `jc_${createHmac('sha256', this.key).update(jobId, 'utf8').digest('base64url')}`;
    this.latest = { jobId, credential };
    return credential;
  }

  isGood(jobId: string, credential: string): boolean {
    // Before the first job there is no key, so nothing that could be good.
    return this.key !== null && sameText(this.of(jobId), credential);
  }

  /** The first job that these facts name without its credential; null: all have it. */
  lacking(facts: RunnerFact[], credentials: Record<string, string>): string | null {
    const named = new Set(facts.flatMap((fact) => ('jobId' in fact && fact.jobId !== null ? [fact.jobId] : [])));
    for (const jobId of named) if (!this.isGood(jobId, Object.hasOwn(credentials, jobId) ? (credentials[jobId] ?? '') : '')) return jobId;
    return null;
  }

  private makeKey(): string {
    const key = Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    this.store.setMark(KEY_MARK, key);
    return key;
  }
}

/** Compares in a time that tells nothing of where two texts differ; their length is no secret. */
function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
