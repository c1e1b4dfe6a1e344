import { repositoryKey } from '@specwright/protocol/repository-key.ts';
import { GitFault } from '../git/git.ts';
import { messageOf } from '../log.ts';
import type { Holding } from './holding.ts';
import { makePlace } from './make-place.ts';
import type { SessionParts } from './session-options.ts';

/** Makes a lease's place, publishes what a died runner had promoted, and reports how the branch stands. Never throws: a fault is a fact. */
export async function beginWork(parts: SessionParts, its: Holding, onPlace: () => void): Promise<void> {
  const { options, bundles, journal, mask, report } = parts;
  const { runId } = options;
  try {
    const made = await makePlace({ ...options, granted: its.granted, fetchHanded: () => bundles.get(runId), signal: its.over.signal });
    if (!made.ok) return report(its, made.fact);
    its.place = made.place;
    onPlace();
    its.head = made.head;
    const hooks = {
      mayPublish: () => its.lease.isSure() && !its.over.signal.aborted,
      onTrouble: (text: string) => report(its, { kind: 'noticed', jobId: null, level: 'warning', message: mask(text).slice(0, 2000) }),
    };
    const key = await repositoryKey(its.granted.run.repository);
    its.publisher = made.publisher({ ...hooks, onPush: (trouble, tryAgain) => options.onPush?.(key, trouble, tryAgain) });
    its.handOn = made.handOn({
      ...hooks,
      upload: (jobId, bytes) => bundles.put({ id: jobId, credential: journal.credentialOf(jobId) }, bytes),
    });
    if (made.promoted) await its.publisher.publish(made.head, null);
    report(its, made.fact);
  } catch (error) {
    options.log('error', 'reconcile_failed', { runId, message: messageOf(error) });
    const code = error instanceof GitFault ? error.code : 'INTERNAL';
    report(its, { kind: 'reconcile_failed', code, message: mask(messageOf(error)).slice(0, 4000), file: null, line: null });
  }
}
