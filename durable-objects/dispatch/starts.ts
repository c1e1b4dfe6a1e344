import { isRefusal, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { newsOf } from '@specwright/protocol/run-news.ts';
import { isAtRest, type RunStatus } from '@specwright/protocol/run-state.ts';
import type { Registration } from './dispatch-command.ts';
import type { Ledger } from './dispatch-ledger.ts';
import type { LookAgain, ReopenInput, Started, StartInput } from './dispatch-port.ts';
import { lineOf, liveRunOf } from './dispatch-state.ts';
import type { CommandRun, RunPort } from './run-port.ts';

/** Makes runs and opens them again. Dispatch alone does so: one live run per spec is its guarantee. */
export class Starts {
  /** Starts in flight, by spec: a second one waits for the first and attaches. */
  private readonly starting = new Map<string, Promise<Started | LookAgain | Refusal>>();
  /** Orders that are on their way, by run. */
  private readonly resuming = new Set<string>();
  private readonly stopped = new Set<string>();
  private readonly ledger: Ledger;
  private readonly runOf: (runId: string) => RunPort;

  constructor(ledger: Ledger, runOf: (runId: string) => RunPort) {
    this.ledger = ledger;
    this.runOf = runOf;
  }

  isStarting(specId: string): boolean {
    return this.starting.has(specId);
  }

  async start(input: StartInput): Promise<Started | LookAgain | Refusal> {
    const going = this.starting.get(input.specId);
    if (going) {
      const started = await going;
      return 'runId' in started ? { ...started, attached: true, seq: null } : started;
    }
    const work = this.startAlone(input).finally(() => this.starting.delete(input.specId));
    this.starting.set(input.specId, work);
    return work;
  }

  private async startAlone(input: StartInput): Promise<Started | LookAgain | Refusal> {
    const live = liveRunOf(this.ledger.state, input.specId);
    if (live) return (await this.stillLives(live.runId)) ? { runId: live.runId, attached: true, seq: null } : { lookAgain: live.runId };
    if (input.reopen) return this.startAgain(input, input.reopen);
    const { runId } = input.run;
    if (lineOf(this.ledger.state, input.projectId).gone) return refuse('NOT_FOUND', 'This project was deleted.');
    this.ledger.apply({ kind: 'register', now: Date.now(), runId, reopened: false, ...registration(input) });
    const made = await this.runOf(runId).create(input.run);
    if (isRefusal(made)) return this.leave(runId, made);
    this.ledger.apply({ kind: 'went_live', now: Date.now(), runId });
    return { runId, attached: false, seq: 0 };
  }

  private async startAgain(input: StartInput, reopen: { runId: string; command: CommandRun }): Promise<Started | Refusal> {
    const before = (await this.runOf(reopen.runId).view())?.state.seq ?? 0;
    const answer = await this.reopen({ ...registration(input), ...reopen });
    return isRefusal(answer) ? answer : { runId: reopen.runId, attached: false, seq: before };
  }

  async reopen(input: ReopenInput): Promise<{ status: RunStatus; seq: number } | Refusal> {
    const { runId, command, ...run } = input;
    const live = liveRunOf(this.ledger.state, input.specId);
    const other = live !== null && live.runId !== runId;
    if (other && (await this.stillLives(live.runId))) return refuse('RUN_ACTIVE', 'Another run of this spec is going on. Stop it first.');
    const known = this.ledger.state.runs[runId] !== undefined;
    if (!known) this.ledger.apply({ kind: 'register', now: Date.now(), runId, reopened: true, ...run });
    if (known && command.kind === 'resume' && this.mustWait(runId, command)) {
      const { status = 'paused', seq = 0 } = this.ledger.state.runs[runId]?.news ?? {};
      return { status, seq };
    }
    this.resuming.add(runId);
    const answer = await this.runOf(runId)
      .command(command)
      .finally(() => this.resuming.delete(runId));
    if (command.kind === 'resume' && !isRefusal(answer)) this.ledger.apply({ kind: 'resumed', now: Date.now(), runId });
    if (!known && (isRefusal(answer) || isAtRest(answer))) return this.leave(runId, answer);
    this.ledger.apply({ kind: 'went_live', now: Date.now(), runId });
    return answer;
  }

  /** A run that gave its slot back waits for another before it goes on. */
  private mustWait(runId: string, { actor }: { actor: CommandRun['actor'] }): boolean {
    const run = this.ledger.state.runs[runId];
    if (!run?.gaveBack) return false;
    this.resuming.add(runId);
    this.ledger.apply({ kind: 'want_resume', now: Date.now(), runId, by: actor });
    const waits = this.ledger.state.runs[runId]?.slot !== true;
    if (waits) this.resuming.delete(runId);
    return waits;
  }

  /** Runs that were given the slot for which their resume waited go on. */
  async resumeGiven(): Promise<void> {
    const due = Object.values(this.ledger.state.runs).filter((run) => run.resume !== null && run.slot && !this.resuming.has(run.runId));
    for (const { runId, resume } of due) {
      this.resuming.add(runId);
      const command = { kind: 'resume', actor: resume?.actor ?? null, plan: null } as const;
      await this.runOf(runId)
        .command(command)
        .finally(() => this.resuming.delete(runId));
      this.ledger.apply({ kind: 'resumed', now: Date.now(), runId });
    }
  }

  /** Runs that were taken out of the queue are stopped; `again`: also those that were told and have not left yet. */
  async stopRemoved(again: boolean): Promise<void> {
    const due = Object.values(this.ledger.state.runs).filter((run) => run.removal !== null && (again || !this.stopped.has(run.runId)));
    for (const { runId } of due) this.stopped.add(runId);
    for (const { runId, removal } of due) {
      const stop = { kind: 'stop', actor: removal?.actor ?? null } as const;
      await this.runOf(runId)
        .command(stop)
        .catch((error) => {
          this.stopped.delete(runId);
          throw error;
        });
    }
  }

  /** A slot is taken back only from a run that says itself that it is paused, while nobody tells it to go on. */
  async giveBackSlot(runId: string): Promise<void> {
    const state = (await this.runOf(runId).view())?.state;
    if (!state || this.resuming.has(runId)) return;
    this.ledger.apply({ kind: 'news', now: Date.now(), news: newsOf(state) });
    if (state.status === 'paused') this.ledger.apply({ kind: 'give_back', now: Date.now(), runId });
    else this.ledger.apply({ kind: 'resumed', now: Date.now(), runId });
  }

  /** A slot whose runner never came for the run is free again, when the run says that nobody has it. */
  async returnIdleSlot(runId: string): Promise<void> {
    const state = (await this.runOf(runId).view())?.state;
    const untouched = state?.status === 'queued' && state.startedAt === null && state.lease?.state !== 'held';
    if (untouched) this.ledger.apply({ kind: 'return_slot', now: Date.now(), runId });
  }

  /** Asks the run itself. One that is at rest, or was never made, leaves; the tombstone keeps a late create out. */
  async stillLives(runId: string): Promise<boolean> {
    const run = this.runOf(runId);
    const view = await run.view();
    if (view && !isAtRest(view.state)) {
      this.ledger.apply({ kind: 'went_live', now: Date.now(), runId });
      return true;
    }
    if (!view) await run.destroy();
    this.ledger.apply({ kind: 'left', now: Date.now(), runId, news: view && newsOf(view.state) });
    return false;
  }

  private leave<T>(runId: string, answer: T): T {
    this.ledger.apply({ kind: 'left', now: Date.now(), runId, news: null });
    return answer;
  }
}

function registration({ projectId, specId, line, priority, run }: StartInput): Registration {
  return { projectId, specId, line, priority, specTitle: run.specTitle, addedBy: run.actor };
}
