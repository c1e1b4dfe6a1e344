import type { ErrandAnswer } from '@specwright/protocol/errand.ts';
import { isRefusal, type Refusal } from '@specwright/protocol/error-code.ts';
import type { AnnounceLife, MachineNeed, ReportLife } from '@specwright/protocol/pull.ts';
import type { Actor } from '@specwright/protocol/run-event.ts';
import type { RunNews } from '@specwright/protocol/run-news.ts';
import type { RunStatus } from '@specwright/protocol/run-state.ts';
import type { Move } from './dispatch-command.ts';
import { DispatchCore } from './dispatch-core.ts';
import type { AckResult, DispatchPort, LookAgain, PullResult, ReopenInput, SetRunner, Started, StartInput } from './dispatch-port.ts';
import type { ProjectSettings } from './dispatch-state.ts';
import { needsView, runnersView } from './dispatch-views.ts';
import type { ErrandResult, ErrandWish } from './errands.ts';
import { type QueueView, queueView, workersView } from './workers-view.ts';

/**
 * One per organisation: which runs live, which wait for a slot, which need a machine, and who may be asked.
 * Thin: decide → store in one transaction → ring, tell, arm. It alone creates runs, so one live run per spec is its guarantee.
 */
export class Dispatch extends DispatchCore implements DispatchPort {
  start(input: StartInput): Promise<Started | LookAgain | Refusal> {
    return this.starts.start(input);
  }

  reopen(input: ReopenInput): Promise<{ status: RunStatus; seq: number } | Refusal> {
    return this.starts.reopen(input);
  }

  enqueue(need: MachineNeed): Promise<void> {
    return this.runDesk.enqueue(need);
  }

  withdraw(runId: string): Promise<void> {
    return this.runDesk.withdraw(runId);
  }

  async rested(runId: string, news?: RunNews): Promise<void> {
    const isAsked = this.ledger.state.runs[runId]?.reopened === true;
    const heard = this.runDesk.rested(runId, news ?? null);
    // Not awaited where the run that says it is asked in turn; what fails there is found by the sweep.
    if (isAsked) this.ctx.waitUntil(heard.catch(() => undefined));
    else await heard;
  }

  tell(news: RunNews): Promise<void> {
    return this.runDesk.tell(news);
  }

  async pull(runnerId: string, batchSize: number): Promise<PullResult> {
    return this.runnerDesk.pull(runnerId, batchSize, this.bells.hears(runnerId, Date.now()));
  }

  async ack(acks: string[], retries: { leaseId: string; delayMs: number }[]): Promise<AckResult> {
    return this.runnerDesk.ack(acks, retries);
  }

  async announce(runnerId: string, runnerName: string, life: AnnounceLife): Promise<void> {
    await this.runnerDesk.announce(runnerId, runnerName, life);
    await this.mending.tellEndings();
  }

  async report(runnerId: string, report: ReportLife): Promise<void> {
    this.runnerDesk.report(runnerId, report);
  }

  errand(wish: ErrandWish): Promise<ErrandResult> {
    return this.errands.ask(wish);
  }

  async errandAnswered(runnerId: string, errandId: string, answer: ErrandAnswer): Promise<boolean> {
    return this.errands.answered(runnerId, errandId, answer);
  }

  async setRunner(runnerId: string, settings: SetRunner): Promise<void> {
    // Its next pull would tell it as well: the bell only makes it quick.
    if (this.runnerDesk.set(runnerId, settings)) this.bells.ring(runnerId, 'pull');
  }

  async revokeRunner(runnerId: string): Promise<void> {
    this.runnerDesk.revoke(runnerId);
    this.bells.close(runnerId);
    this.errands.left(runnerId);
    await this.mending.tellEndings();
  }

  async checkRunner(runnerId: string): Promise<void> {
    this.runnerDesk.check(runnerId);
    this.bells.ring(runnerId, 'check');
  }

  async runners() {
    return runnersView(this.ledger.state, this.moment());
  }

  async needs() {
    return needsView(this.ledger.state, this.moment());
  }

  async workers() {
    return workersView(this.ledger.state, this.waits());
  }

  async reorder(move: Move, projectIds: string[] | null): Promise<Refusal | QueueView> {
    const moved = this.queueDesk.reorder(move, projectIds);
    return isRefusal(moved) ? moved : queueView(this.ledger.state, moved.projectId, this.waits());
  }

  async prioritise(runId: string, priority: number, by: Actor | null): Promise<Refusal | null> {
    return this.queueDesk.prioritise(runId, priority, by);
  }

  async remove(runId: string, by: Actor | null): Promise<Refusal | null> {
    return this.queueDesk.remove(runId, by);
  }

  async pauseProject(projectId: string, paused: boolean, by: Actor | null): Promise<void> {
    this.queueDesk.pauseProject(projectId, paused, by);
  }

  async setProject(projectId: string, settings: ProjectSettings): Promise<void> {
    this.queueDesk.setProject(projectId, settings);
  }

  async closeProject(projectId: string): Promise<string[]> {
    return this.queueDesk.closeProject(projectId);
  }

  async setOrganisation({ maxActive }: { maxActive: number }): Promise<void> {
    this.queueDesk.setOrganisation(maxActive);
  }

  async noteAct(runId: string, did: string, by: Actor): Promise<void> {
    const specTitle = this.ledger.state.runs[runId]?.specTitle ?? null;
    this.feed.noteAct({ actor: by, did, runId, specTitle }, Date.now());
  }

  recheckPages(): Promise<void> {
    return this.feed.recheck();
  }

  /** Looks at what should be true and does what is missing; twice is harmless. */
  ensure(): Promise<void> {
    return this.mending.ensure();
  }
}
