import type { Granted, RunnerDown } from '@specwright/protocol/runner-down.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import { makeMask } from '../job/mask.ts';
import { openJournal } from '../journal/journal.ts';
import { pause } from '../loops/backoff.ts';
import { makeBundleApi } from '../loops/bundle-api.ts';
import { makeReporter } from '../loops/reporter.ts';
import { openRunSocket } from '../loops/run-socket.ts';
import { maskFact } from '../masking/mask-deep.ts';
import { beginWork } from './begin-work.ts';
import { makeBranchPermit } from './branch-permit.ts';
import { beginHolding, type Holding, watchClock } from './holding.ts';
import { keepWorkflowFile } from './keep-workflow-file.ts';
import { leaveWork } from './leave-work.ts';
import type { SessionOptions, SessionParts } from './session-options.ts';
import { makeOrders } from './take-orders.ts';

export interface RunSession {
  runId: string;
  /** Settles when nothing of the run is left here but, maybe, its journal. */
  ended: Promise<void>;
  /** It claims the run no more, and is being cleared away. */
  isEnding(): boolean;
  /** Finishes the attempt in hand, if any, then hands the run back; false, before that is done: keeps it after all. */
  drain(on: boolean): void;
  /** The runner ends: nothing new, what was seen is reported, processes are ended. */
  close(): Promise<void>;
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
  const report: SessionParts['report'] = (its, given, pieces = []) => {
    const draft = maskFact(given, mask);
    // A lease that is over reports nothing more: what this machine then sees concerns nobody.
    if (its.over.signal.aborted) return;
    options.onSeen?.({ kind: 'fact', fact: draft });
    reporter.report(its.lease.fence, { ...draft, atMs: performance.now() - its.begunAt } as RunnerFact, pieces);
  };
  const parts: SessionParts = { options, journal, mask, reporter, bundles, permit, report };
  const orders = makeOrders(parts, { isOn: () => draining, onIdle: () => void leaveSoon() });
  const workflow = keepWorkflowFile(options, () => holding);

  const tellAnswered = (answer: 'granted' | 'gone' | 'not_yet') => {
    if (answered) return;
    answered = answer !== 'not_yet';
    options.onAnswered(answer);
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
        return workflow.set(message.text);
      case 'watch':
        return reporter.watch(message.on);
      case 'lease_confirmed':
        if (holding?.lease.fence === message.fence) holding.lease.confirmed(sentAt, message.held);
        return permit.heard();
      case 'bad_frame':
        return log('error', 'bad_frame', { runId, message: message.message });
      default:
        if (holding) orders.take(holding, message);
    }
  };

  const onGranted = (granted: Granted, sentAt: number) => {
    tellAnswered('granted');
    if (holding?.lease.fence === granted.fence) holding.lease.answered(sentAt);
    else {
      options.onSeen?.({ kind: 'run', title: granted.run.specTitle });
      const before = holding;
      const its = beginHolding(granted, sentAt);
      holding = its;
      void watchClock(its);
      its.line = (before ? leaveWork(options, before) : Promise.resolve()).then(() => beginWork(parts, its, workflow.write));
    }
    // A third of the lease: one lost ping is no doubt yet.
    socket.pingEvery(Math.min(durations.PING_MS, granted.leaseMs / 3));
    reporter.connect(granted.fence, granted.received);
    permit.heard();
  };

  let ending: Promise<void> | null = null;
  const end = () => {
    ending ??= (async () => {
      const its = holding;
      if (its) {
        if (its.job === null) await its.publisher?.close();
        await leaveWork(options, its);
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
  return { runId, ended, isEnding: () => ending !== null, drain, close: end };
}
