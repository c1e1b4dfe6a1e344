import { rmSync } from 'node:fs';
import type { Agent } from 'node:http';
import type { Job } from '@specwright/protocol/job.ts';
import type { Piece } from '@specwright/protocol/piece.ts';
import { repositoryKey } from '@specwright/protocol/repository-key.ts';
import type { Granted, RunnerDown } from '@specwright/protocol/runner-down.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import type { Durations } from '../durations.ts';
import { GitFault } from '../git/git.ts';
import { setBranch } from '../git/promote.ts';
import { removeWorktree, statusOf } from '../git/worktree.ts';
import type { Identity } from '../identity/identity.ts';
import { type FactDraft, freshAttempt, type JobContext, type Place } from '../job/job-context.ts';
import { makeMask } from '../job/mask.ts';
import { runJob } from '../job/run-job.ts';
import { openJournal } from '../journal/journal.ts';
import { beginLease, type Lease, systemClocks } from '../lease.ts';
import type { Links } from '../links/linked-repositories.ts';
import { type Log, messageOf } from '../log.ts';
import { pause } from '../loops/backoff.ts';
import { makeBundleApi } from '../loops/bundle-api.ts';
import { makeReporter } from '../loops/reporter.ts';
import { openRunSocket } from '../loops/run-socket.ts';
import { maskFact } from '../masking/mask-deep.ts';
import { writeWorkflowFile } from '../phase/workflow-file.ts';
import { killMarked } from '../process/marked-process.ts';
import { makeBranchPermit } from './branch-permit.ts';
import type { OpenCrew } from './crew.ts';
import type { HandOn } from './hand-on.ts';
import { handedBack } from './handed-back.ts';
import { type JobControl, makeJobControl } from './job-control.ts';
import { makePlace } from './make-place.ts';
import { type Publisher, within } from './publisher.ts';

export interface SessionOptions {
  server: string;
  identity: Identity;
  agent: Agent;
  runId: string;
  lifeId: string;
  runnerName: string;
  dataDir: string;
  durations: Durations;
  env: NodeJS.ProcessEnv;
  log: Log;
  openCrew: OpenCrew;
  /** What this machine may work in; null: whatever its server asks. */
  links: Links | null;
  /** What this machine works on, for whoever looks at it here. */
  onSeen?(seen: Seen): void;
  /** A publication ended: see StuckPushes. */
  onPush?(repositoryKey: string, trouble: string | null, tryAgain: () => Promise<boolean>): void;
  /** The claim was answered: the message that led here can be acknowledged (`taken` or not). */
  onAnswered(answer: 'granted' | 'gone' | 'not_yet'): void;
}

/** The run that was granted, the job that came, what is seen of it. */
export type Seen = { kind: 'run'; title: string } | { kind: 'job'; job: Job } | { kind: 'fact'; fact: FactDraft };

export interface RunSession {
  runId: string;
  /** Settles when nothing of the run is left here but, maybe, its journal. */
  ended: Promise<void>;
  /** Finishes the attempt in hand, if any, then hands the run back; false, before that is done: keeps it after all. */
  drain(on: boolean): void;
  /** The runner ends: nothing new, what was seen is reported, processes are ended. */
  close(): Promise<void>;
}

/** What stands while one lease is held. */
interface Holding {
  lease: Lease;
  granted: Granted;
  begunAt: number;
  /** Aborted when the lease is over for this machine. */
  over: AbortController;
  place: Place | null;
  publisher: Publisher | null;
  handOn: HandOn | null;
  /** The branch as reconcile or the last promotion left it. */
  head: string | null;
  /** Said before a job: where the branch must stand for it. */
  resetTo: string | null;
  job: { id: string; control: JobControl } | null;
  done: Set<string>;
  /** Work on the branch and worktree, one after the other: reconcile, then jobs. */
  line: Promise<void>;
}

/**
 * One run on this machine: claims it, reconciles, carries out the jobs that come, until it is released.
 *
 *   claim ─▶ granted ─▶ reconciled ─▶ job ─▶ job_ended ─▶ job … ─▶ released
 *              ▲ the socket may close and open anywhere; the same fence goes on, a new fence begins anew
 */
export function openRunSession(options: SessionOptions): RunSession {
  const { runId, durations, log } = options;
  const closing = new AbortController();
  const journal = openJournal(options.dataDir, runId);
  const mask = makeMask(options.env, options.links?.secrets());
  let holding: Holding | null = null;
  let draining = false;
  let workflowText: string | null = null;
  let answered = false;
  let finish: (() => Promise<void>) | null = null;

  const socket = openRunSocket({
    ...options,
    signal: closing.signal,
    claim: () => ({
      type: 'claim',
      wire: WIRE_VERSION,
      lifeId: options.lifeId,
      runnerName: options.runnerName,
      fence: holding?.lease.fence ?? null,
    }),
    onDown: (message, sentAt) => onDown(message, sentAt),
    onPong(sentAt) {
      holding?.lease.answered(sentAt);
      permit.heard();
    },
    onClosed: () => reporter.disconnect(),
    onRefused(status) {
      log('warn', 'run_refused', { runId, status });
      tellAnswered('gone');
      void end();
    },
  });
  const bundles = makeBundleApi({ ...options, timeoutMs: durations.REQUEST_TIMEOUT_MS, signal: closing.signal });
  const reporter = makeReporter(socket, journal, durations);
  const permit = makeBranchPermit((fence) => socket.ask(JSON.stringify({ type: 'confirm_lease', fence })), durations.PING_MS);

  const tellAnswered = (answer: 'granted' | 'gone' | 'not_yet') => {
    if (answered) return;
    answered = answer !== 'not_yet';
    options.onAnswered(answer);
  };
  const reportUnder = (its: Holding, given: FactDraft, pieces: Piece[] = []) => {
    const draft = maskFact(given, mask);
    // A lease that is over reports nothing more: what this machine then sees concerns nobody.
    if (its.over.signal.aborted) return;
    options.onSeen?.({ kind: 'fact', fact: draft });
    reporter.report(its.lease.fence, { ...draft, atMs: performance.now() - its.begunAt } as RunnerFact, pieces);
  };

  const onDown = (message: RunnerDown, sentAt: number) => {
    switch (message.type) {
      case 'granted':
        return onGranted(message, sentAt);
      case 'not_yet':
        return tellAnswered('not_yet');
      case 'gone':
        tellAnswered('gone');
        reporter.sendEvidence();
        return void end();
      case 'released':
        return void end();
      case 'confirmed':
        return reporter.confirm(message.fence, message.upTo);
      case 'workflow_file':
        workflowText = message.text;
        return writeWorkflow();
      case 'watch':
        return reporter.watch(message.on);
      case 'lease_confirmed':
        if (holding?.lease.fence === message.fence) holding.lease.confirmed(sentAt, message.held);
        return permit.heard();
      case 'bad_frame':
        return log('error', 'bad_frame', { runId, message: message.message });
      default:
        if (holding) onOrder(holding, message);
    }
  };

  /** The run's account, in the working folder that the owner linked. What it is a copy of goes on without it. */
  const writeWorkflow = () => {
    const origin = holding?.place?.clone.origin;
    if (workflowText === null || origin === undefined) return;
    try {
      writeWorkflowFile(origin, runId, workflowText);
    } catch (error) {
      log('warn', 'workflow_file_failed', { runId, message: messageOf(error) });
    }
    workflowText = null;
  };

  const onGranted = (granted: Granted, sentAt: number) => {
    tellAnswered('granted');
    if (holding?.lease.fence === granted.fence) holding.lease.answered(sentAt);
    else {
      options.onSeen?.({ kind: 'run', title: granted.run.specTitle });
      const before = holding;
      const its = beginHolding(granted, sentAt);
      holding = its;
      its.line = (before ? leave(before) : Promise.resolve()).then(() => begin(its));
    }
    // A third of the lease: one lost ping is no doubt yet.
    socket.pingEvery(Math.min(durations.PING_MS, granted.leaseMs / 3));
    reporter.connect(granted.fence, granted.received);
    permit.heard();
  };

  const begin = async (its: Holding) => {
    void watchClock(its);
    try {
      const made = await makePlace({ ...options, granted: its.granted, fetchHanded: () => bundles.get(runId), signal: its.over.signal });
      if (!made.ok) return reportUnder(its, made.fact);
      its.place = made.place;
      writeWorkflow();
      its.head = made.head;
      const hooks = {
        mayPublish: () => its.lease.isSure() && !its.over.signal.aborted,
        onTrouble: (text: string) =>
          reportUnder(its, { kind: 'noticed', jobId: null, level: 'warning', message: mask(text).slice(0, 2000) }),
      };
      const key = await repositoryKey(its.granted.run.repository);
      its.publisher = made.publisher({ ...hooks, onPush: (trouble, tryAgain) => options.onPush?.(key, trouble, tryAgain) });
      its.handOn = made.handOn({
        ...hooks,
        upload: (jobId, bytes) => bundles.put({ id: jobId, credential: journal.credentialOf(jobId) }, bytes),
      });
      if (made.promoted) await its.publisher.publish(made.head, null);
      reportUnder(its, made.fact);
    } catch (error) {
      log('error', 'reconcile_failed', { runId, message: messageOf(error) });
      const code = error instanceof GitFault ? error.code : 'INTERNAL';
      reportUnder(its, { kind: 'reconcile_failed', code, message: mask(messageOf(error)).slice(0, 4000), file: null, line: null });
    }
  };

  const onOrder = (its: Holding, message: Extract<RunnerDown, { type: 'job' | 'reset' | 'stop' | 'hold' | 'go_on' | 'answer' }>) => {
    if (message.type === 'job') {
      if (message.credential !== undefined) journal.trust(message.job.id, message.credential);
      return takeJob(its, message.job);
    }
    if (message.type === 'reset') {
      its.resetTo = message.commit;
      return;
    }
    if (its.job?.id !== message.jobId) return;
    if (message.type === 'stop') its.job.control.stop();
    else if (message.type === 'answer') its.job.control.answer(message.questionId, message.answers);
    else if (message.type === 'hold') its.job.control.hold();
    else its.job.control.goOn();
  };

  /** What stands above the job's base was not adopted. An order to another commit is a late one: the branch has moved on since. */
  const resetBranch = async (its: Holding, commit: string, job: Job) => {
    if (its.place === null || commit !== job.baseCommit || its.head === commit) return;
    if (!(await permit.ask(its.lease, its.over.signal))) return;
    try {
      await setBranch(its.place.clone, its.place.branch, commit, 'anywhere');
      its.head = commit;
      await its.publisher?.publish(commit, null);
    } catch (error) {
      log('error', 'reset_failed', { runId, message: messageOf(error) });
    }
  };

  const takeJob = (its: Holding, job: Job) => {
    if (its.job?.id === job.id || its.done.has(job.id) || job.fence !== its.lease.fence) return;
    if (draining) return handBack(its, job);
    const { resetTo } = its;
    its.resetTo = null;
    const control = makeJobControl((next) => reportUnder(its, { kind: 'job_held', jobId: job.id, next }));
    its.job = { id: job.id, control };
    its.done.add(job.id);
    options.onSeen?.({ kind: 'job', job });
    its.line = its.line.then(async () => {
      if (resetTo !== null) await resetBranch(its, resetTo, job);
      await carryOut(its, job, control);
    });
  };

  /** Answered with `released`: another machine may have the run at once. */
  const handBack = (its: Holding, job: Job) => {
    its.done.add(job.id);
    reportUnder(its, handedBack(job.id));
    reporter.flush();
  };

  const carryOut = async (its: Holding, job: Job, control: JobControl) => {
    const { place } = its;
    if (place === null || its.over.signal.aborted) return;
    reporter.begin();
    const signal = AbortSignal.any([control.signal, its.over.signal]);
    const killed = killOnAbort(signal, place);
    const handed = { id: job.id, chunkId: job.chunkId, attempt: job.attempt };
    const handedOn = (work: Promise<void> | undefined) => work && within(work, durations.PUBLISH_WAIT_MS);
    const ended: { fact: FactDraft; pieces: Piece[] }[] = [];
    const context: JobContext = {
      job,
      place,
      attempt: freshAttempt(),
      durations,
      env: options.env,
      mask,
      report(fact, pieces = []) {
        if (fact.kind === 'job_ended') ended.push({ fact, pieces });
        else reportUnder(its, fact, pieces);
      },
      stream: (frame) => reporter.stream({ type: 'text', jobId: job.id, ...frame }),
      isWatched: () => reporter.isWatched(),
      signal,
      mayMoveBranch: () => permit.ask(its.lease, signal),
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
    for (const { fact, pieces } of ended) reportUnder(its, fact, pieces);
    if (draining) void leaveSoon();
    place.seen = { at: performance.now(), status: statusOf(place.worktree).catch(() => null) };
  };

  /** Stop: the agents' protocol, then everything that carries the mark, within a second. */
  const killOnAbort = (signal: AbortSignal, place: Place) => {
    let killing: Promise<unknown> | null = null;
    const kill = () => {
      killing = (async () => {
        await Promise.race([place.crew.close(), pause(durations.KILL_GRACE_MS, AbortSignal.timeout(60_000))]);
        await killMarked(place.mark, durations.KILL_GRACE_MS / 2, place.worktree.path);
      })();
    };
    signal.addEventListener('abort', kill, { once: true });
    return {
      async settled() {
        signal.removeEventListener('abort', kill);
        await killing;
      },
    };
  };

  const watchClock = async (its: Holding) => {
    while (!its.over.signal.aborted) {
      its.lease.observe();
      await pause(its.lease.leaseMs / 5, its.over.signal);
    }
  };

  /** Ends what stands under a lease: its job, agents, processes and worktree. */
  const leave = async (its: Holding) => {
    its.over.abort();
    await its.line.catch(() => {});
    const { place } = its;
    await its.publisher?.close();
    if (place === null) return;
    place.refs.close();
    await place.seen?.status;
    await place.crew.close().catch((error) => log('warn', 'close_failed', { runId, message: messageOf(error) }));
    await killMarked(place.mark, durations.KILL_GRACE_MS, place.worktree.path);
    await removeWorktree(place.clone, place.worktree.path).catch((error) =>
      log('warn', 'worktree_left', { runId, message: messageOf(error) }),
    );
    rmSync(place.home, { recursive: true, force: true });
  };

  let ending: Promise<void> | null = null;
  const end = () => {
    ending ??= (async () => {
      const its = holding;
      if (its) {
        if (its.job === null) await its.publisher?.close();
        await leave(its);
      }
      reporter.flush();
      await confirmedWithin(durations.FAREWELL_MS);
      reporter.close();
      closing.abort();
      await socket.ended;
      if (journal.isEmpty()) journal.remove();
      else journal.close();
      await finish?.();
    })();
    return ending;
  };
  const confirmedWithin = async (ms: number) => {
    const until = performance.now() + ms;
    while (!journal.isEmpty() && socket.isOpen() && performance.now() < until) await pause(20, closing.signal);
  };
  const ended = new Promise<void>((resolve) => {
    finish = async () => resolve();
  });
  /** The run answers the end of a job with the next one, which is handed back, or with nothing, for it waits: then it is simply left. */
  const leaveSoon = async () => {
    reporter.flush();
    await holding?.line.catch(() => {});
    await pause(durations.FAREWELL_MS, closing.signal);
    if (draining && holding?.job == null) void end();
  };
  const drain = (on: boolean) => {
    if (on && !draining && holding?.job == null) void leaveSoon();
    draining = on;
  };
  return { runId, ended, drain, close: end };
}

function beginHolding(granted: Granted, sentAt: number): Holding {
  return {
    lease: beginLease(granted, sentAt, systemClocks),
    granted,
    begunAt: performance.now(),
    over: new AbortController(),
    place: null,
    publisher: null,
    handOn: null,
    head: null,
    resetTo: null,
    job: null,
    done: new Set(),
    line: Promise.resolve(),
  };
}
