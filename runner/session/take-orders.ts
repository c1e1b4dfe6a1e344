import type { Job } from '@specwright/protocol/job.ts';
import type { RunnerDown } from '@specwright/protocol/runner-down.ts';
import { setBranch } from '../git/promote.ts';
import { messageOf } from '../log.ts';
import { carryOut } from './carry-out.ts';
import { handedBack } from './handed-back.ts';
import type { Holding } from './holding.ts';
import { makeJobControl } from './job-control.ts';
import type { SessionParts } from './session-options.ts';

export type Order = Extract<RunnerDown, { type: 'job' | 'reset' | 'stop' | 'hold' | 'go_on' | 'answer' }>;

/** What the run orders of the machine that holds it. An order that comes twice is carried out once. */
export interface Orders {
  take(its: Holding, order: Order): void;
}

/** @param drain whether no new job is begun here; `onIdle` is told when the job in hand has ended meanwhile. */
export function makeOrders(parts: SessionParts, drain: { isOn(): boolean; onIdle(): void }): Orders {
  const { options, journal, reporter, report } = parts;
  const take = (its: Holding, order: Order) => {
    if (order.type === 'job') {
      if (order.credential !== undefined) journal.trust(order.job.id, order.credential);
      return takeJob(its, order.job);
    }
    if (order.type === 'reset') {
      its.resetTo = order.commit;
      return;
    }
    if (its.job?.id !== order.jobId) return;
    const { control } = its.job;
    if (order.type === 'stop') control.stop();
    else if (order.type === 'answer') control.answer(order.questionId, order.answers);
    else if (order.type === 'hold') control.hold();
    else control.goOn();
  };

  const takeJob = (its: Holding, job: Job) => {
    if (its.job?.id === job.id || its.done.has(job.id) || job.fence !== its.lease.fence) return;
    if (drain.isOn()) return handBack(its, job);
    const { resetTo } = its;
    its.resetTo = null;
    const control = makeJobControl((next) => report(its, { kind: 'job_held', jobId: job.id, next }));
    its.job = { id: job.id, control };
    its.done.add(job.id);
    options.onSeen?.({ kind: 'job', job });
    its.line = its.line.then(async () => {
      if (resetTo !== null) await resetBranch(parts, its, { commit: resetTo, job });
      await carryOut(parts, its, { job, control });
      if (its.job === null && drain.isOn()) drain.onIdle();
    });
  };

  /** Answered with `released`: another machine may have the run at once. */
  const handBack = (its: Holding, job: Job) => {
    its.done.add(job.id);
    report(its, handedBack(job.id));
    reporter.flush();
  };
  return { take };
}

/** What stands above the job's base was not adopted. An order to another commit is a late one: the branch has moved on since. */
async function resetBranch({ options, permit }: SessionParts, its: Holding, { commit, job }: { commit: string; job: Job }): Promise<void> {
  if (its.place === null || commit !== job.baseCommit || its.head === commit) return;
  if (!(await permit.ask(its.lease, its.over.signal))) return;
  try {
    await setBranch(its.place.clone, its.place.branch, commit, 'anywhere');
    its.head = commit;
    await its.publisher?.publish(commit, null);
  } catch (error) {
    options.log('error', 'reset_failed', { runId: options.runId, message: messageOf(error) });
  }
}
