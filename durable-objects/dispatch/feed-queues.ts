import type { Deed, QueueWait, WorkerEvent } from '@specwright/protocol/workers-api.ts';
import type { DispatchCommand } from './dispatch-command.ts';
import type { DispatchState } from './dispatch-state.ts';
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
  private readonly deeds = new Map<string, Deed>();

  constructor(source: FeedSource, send: (event: WorkerEvent, counted?: boolean) => void) {
    this.source = source;
    this.send = send;
  }

  /** They may read differently now: said soon, together. */
  changed(): void {
    this.timer ??= setTimeout(() => this.say(), QUEUE_BATCH_MS);
  }

  /** Whose deed the next word about a queue is. */
  noteDeed(before: DispatchState, command: DispatchCommand): void {
    if (!('by' in command) || command.by === null) return;
    const { by: actor, kind: did } = command;
    if ('projectId' in command) return void this.deeds.set(command.projectId, { actor, did, runId: null, specTitle: null });
    const run = before.runs[command.runId];
    if (run) this.deeds.set(run.projectId, { actor, did, runId: run.runId, specTitle: run.specTitle });
  }

  private say(): void {
    this.timer = null;
    const [state, wait] = [this.source.state(), this.source.wait()];
    for (const projectId of new Set([...Object.keys(state.projects), ...this.said.keys()])) this.sayQueue(state, wait, projectId);
    this.deeds.clear();
    this.sayWaits(state, wait);
  }

  private sayQueue(state: DispatchState, wait: Map<string, QueueWait>, projectId: string): void {
    const queue = queueView(state, projectId, wait);
    const text = JSON.stringify(queue);
    if (this.said.get(projectId) === text) return;
    this.said.set(projectId, text);
    const by = this.deeds.get(projectId) ?? null;
    const counts = JSON.stringify([queue.active, queue.max, queue.paused]);
    this.send({ event: 'queue_updated', seq: null, at: Date.now(), data: { ...queue, by } }, this.saidCounts.get(projectId) !== counts);
    this.saidCounts.set(projectId, counts);
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
