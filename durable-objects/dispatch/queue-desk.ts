import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import type { Actor } from '@specwright/protocol/run-event.ts';
import type { Move } from './dispatch-command.ts';
import type { Ledger } from './dispatch-ledger.ts';
import { isQueued, type LiveRun, type ProjectSettings } from './dispatch-state.ts';

const NOT_QUEUED = refuse('NOT_FOUND', 'This does not wait in a queue.');

/** What people wish of the queues. Refusals are answers. */
export class QueueDesk {
  private readonly ledger: Ledger;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** Answers with the project whose queue it is. */
  reorder(move: Move, projectIds: string[] | null): Refusal | { projectId: string } {
    const [run, anchor] = [move.runId, move.anchorId].map((runId) => this.queued(runId));
    const isSeen = (one: LiveRun) => projectIds === null || projectIds.includes(one.projectId);
    if (!run || !anchor || !isSeen(run) || !isSeen(anchor)) return NOT_QUEUED;
    if (run.projectId !== anchor.projectId) return refuse('CONFLICT', 'These are of two projects: each has its own queue.');
    this.ledger.apply({ kind: 'reorder', now: Date.now(), ...move });
    return { projectId: run.projectId };
  }

  prioritise(runId: string, priority: number, by: Actor | null): Refusal | null {
    if (!this.queued(runId)) return NOT_QUEUED;
    this.ledger.apply({ kind: 'prioritise', now: Date.now(), runId, priority, by });
    return null;
  }

  remove(runId: string, by: Actor | null): Refusal | null {
    const run = this.ledger.state.runs[runId];
    if (!run) return NOT_QUEUED;
    if (!isQueued(run)) return refuse('RUN_ACTIVE', 'It has just begun. Stop it instead.');
    this.ledger.apply({ kind: 'remove', now: Date.now(), runId, by });
    return null;
  }

  pauseProject(projectId: string, paused: boolean, by: Actor | null): void {
    this.ledger.apply({ kind: 'pause_project', now: Date.now(), projectId, paused, by });
  }

  setProject(projectId: string, settings: ProjectSettings): void {
    this.ledger.apply({ kind: 'set_project', now: Date.now(), projectId, settings });
  }

  /** Answers the runs of the project that are known here. */
  closeProject(projectId: string): string[] {
    this.ledger.apply({ kind: 'close_project', now: Date.now(), projectId });
    const runs = Object.values(this.ledger.state.runs).filter((run) => run.projectId === projectId);
    return runs.map((run) => run.runId);
  }

  setOrganisation(maxActive: number): void {
    this.ledger.apply({ kind: 'set_organisation', now: Date.now(), maxActive });
  }

  private queued(runId: string): LiveRun | null {
    const run = this.ledger.state.runs[runId];
    return run && isQueued(run) && run.removal === null ? run : null;
  }
}
