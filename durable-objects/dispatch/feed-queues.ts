import type { Deed, QueueWait, WorkerEvent } from '@specwright/protocol/workers-api.ts';
import type { DispatchCommand } from './dispatch-command.ts';
import { type DispatchState, lineOf } from './dispatch-state.ts';
import { isWorker, queueView, workerOf } from './workers-view.ts';

/** Changes of queues that come in a burst are sent together after this. */
const QUEUE_BATCH_MS = 40;

export interface FeedSource {
  state(): DispatchState;
  /** Why each run has no machine: see waits. */
  wait(): Map<string, QueueWait>;
}

/** Says queues whole, and why workers have no machine, where they read differently from what was last said. */
export class FeedQueues {
  private readonly source: FeedSource;
  private readonly send: (event: WorkerEvent, counted?: boolean) => void;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** Empty after a wake-up: then all are said again. */
  private readonly said = new Map<string, string>();
  private readonly saidCounts = new Map<string, string>();
  private readonly saidWaits = new Map<string, string>();

  constructor(source: FeedSource, send: (event: WorkerEvent, counted?: boolean) => void) {
    this.source = source;
    this.send = send;
  }

  /** They may read differently now: said soon, together. */
  changed(): void {
    this.timer ??= setTimeout(() => this.say(), QUEUE_BATCH_MS);
  }

  /** What a person has done others see at once. */
  sayDeed(before: DispatchState, command: DispatchCommand): void {
    const done = deedOf(before, command);
    if (done === null) return;
    this.sayQueue(this.source.state(), this.source.wait(), done.projectId, done.deed);
  }

  private say(): void {
    this.timer = null;
    const [state, wait] = [this.source.state(), this.source.wait()];
    const open = Object.values(state.projects).filter((line) => !line.gone);
    for (const projectId of new Set([...open.map((line) => line.projectId), ...this.said.keys()])) this.sayQueue(state, wait, projectId);
    this.sayWaits(state, wait);
  }

  private sayQueue(state: DispatchState, wait: Map<string, QueueWait>, projectId: string, by: Deed | null = null): void {
    const queue = queueView(state, projectId, wait);
    const text = JSON.stringify(queue);
    if (this.said.get(projectId) === text) return;
    this.said.set(projectId, text);
    const counts = JSON.stringify([queue.active, queue.max, queue.organisationMax, queue.paused]);
    this.send({ event: 'queue_updated', seq: null, at: Date.now(), data: { ...queue, by } }, this.saidCounts.get(projectId) !== counts);
    this.saidCounts.set(projectId, counts);
    // What was deleted is said until nothing of it is left.
    if (lineOf(state, projectId).gone && queue.items.length === 0) this.said.delete(projectId);
  }

  /** Why a worker still has no machine changes without a word of its own. */
  private sayWaits(state: DispatchState, wait: Map<string, QueueWait>): void {
    const idle = Object.values(state.runs).filter((run) => isWorker(run) && (run.news?.status ?? 'queued') === 'queued');
    for (const runId of this.saidWaits.keys()) if (!idle.some((run) => run.runId === runId)) this.saidWaits.delete(runId);
    for (const run of idle) {
      const why = wait.get(run.runId) ?? null;
      if (this.saidWaits.get(run.runId) === why?.message) continue;
      this.saidWaits.set(run.runId, why?.message ?? '');
      this.send({ event: 'worker_progress', seq: null, at: Date.now(), data: workerOf(run, run.news, why) });
    }
  }
}

/** What of it is a person's deed to a queue. */
function deedOf(before: DispatchState, command: DispatchCommand): { projectId: string; deed: Deed } | null {
  if (!('by' in command) || command.by === null) return null;
  const { by: actor, kind: did } = command;
  if ('projectId' in command) return { projectId: command.projectId, deed: { actor, did, runId: null, specTitle: null } };
  const run = before.runs[command.runId];
  return run ? { projectId: run.projectId, deed: { actor, did, runId: run.runId, specTitle: run.specTitle } } : null;
}
