import type { Job } from '@specwright/protocol/job.ts';
import type { Piece } from '@specwright/protocol/piece.ts';
import { statusOf } from '../git/worktree.ts';
import { makeAskPerson } from '../job/ask-person.ts';
import { type FactDraft, freshAttempt, type JobContext, type Place } from '../job/job-context.ts';
import { runJob } from '../job/run-job.ts';
import { pause } from '../loops/backoff.ts';
import { killMarked } from '../process/marked-process.ts';
import type { Holding } from './holding.ts';
import type { JobControl } from './job-control.ts';
import { within } from './publisher.ts';
import type { SessionParts } from './session-options.ts';

/** Carries out a job in its place, and hands on what another machine would need. Its end is told last, when nothing of it runs any more. */
export async function carryOut(parts: SessionParts, its: Holding, { job, control }: { job: Job; control: JobControl }): Promise<void> {
  const { place } = its;
  if (place === null || its.over.signal.aborted) return;
  const { options, reporter, report } = parts;
  reporter.begin();
  const signal = AbortSignal.any([control.signal, its.over.signal]);
  const killed = killOnAbort(signal, place, options.durations.KILL_GRACE_MS);
  const handed = { id: job.id, chunkId: job.chunkId, attempt: job.attempt };
  const handedOn = (work: Promise<void> | undefined) => work && within(work, options.durations.PUBLISH_WAIT_MS);
  const ended: { fact: FactDraft; pieces: Piece[] }[] = [];
  const answersTo = (questionId: string, of: AbortSignal) => control.answersTo(questionId, AbortSignal.any([of, signal]));
  const asking = { jobId: job.id, mask: parts.mask, report: (fact: FactDraft) => report(its, fact), answersTo };
  const context: JobContext = {
    ...{ job, place, attempt: freshAttempt(), durations: options.durations, env: options.env, mask: parts.mask, signal },
    report(fact, pieces = []) {
      if (fact.kind === 'job_ended') ended.push({ fact, pieces });
      else report(its, fact, pieces);
    },
    stream: (frame) => reporter.stream({ type: 'text', jobId: job.id, ...frame }),
    isWatched: () => reporter.isWatched(),
    quiet: killed.over,
    mayMoveBranch: () => parts.permit.ask(its.lease, signal),
    // Only the page of a phase shows questions.
    ...(job.phase !== undefined && { askPerson: makeAskPerson(asking) }),
    async onPromoted(commit, objects) {
      its.head = commit;
      await its.publisher?.publish(commit, { from: job.baseCommit, objects });
      await handedOn(its.handOn?.promoted(handed));
    },
  };
  await runJob(context, (next) => control.border(next));
  // What the next attempt goes on from, while this job's credential is good.
  const { snapshot, commit } = context.attempt;
  if (snapshot !== null && commit === null && !signal.aborted) await handedOn(its.handOn?.kept(handed, snapshot.commit));
  await killed.settled();
  its.job = null;
  for (const { fact, pieces } of ended) report(its, fact, pieces);
  place.seen = { at: performance.now(), status: statusOf(place.worktree).catch(() => null) };
}

/** Stop: the agents' protocol, then everything that carries the mark, within a second. */
function killOnAbort(signal: AbortSignal, place: Place, graceMs: number) {
  let killing: Promise<unknown> | null = null;
  const kill = () => {
    killing = (async () => {
      await Promise.race([place.crew.close().catch(() => {}), pause(graceMs, AbortSignal.timeout(60_000))]);
      await killMarked(place.mark, graceMs / 2, place.worktree.path);
    })();
  };
  signal.addEventListener('abort', kill, { once: true });
  const over = async () => void (await killing);
  return {
    over,
    async settled() {
      signal.removeEventListener('abort', kill);
      await over();
    },
  };
}
