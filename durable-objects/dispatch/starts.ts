import { isRefusal, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { isAtRest, type RunStatus } from '@specwright/protocol/run-state.ts';
import type { Registration } from './dispatch-command.ts';
import type { Ledger } from './dispatch-ledger.ts';
import type { LookAgain, ReopenInput, Started, StartInput } from './dispatch-port.ts';
import { liveRunOf } from './dispatch-state.ts';
import type { CommandRun, RunPort } from './run-port.ts';

/** Makes runs and opens them again. Dispatch alone does so: one live run per spec is its guarantee. */
export class Starts {
  /** Starts in flight, by spec: a second one waits for the first and attaches. */
  private readonly starting = new Map<string, Promise<Started | LookAgain | Refusal>>();
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
    const answer = await this.runOf(runId).command(command);
    if (!known && (isRefusal(answer) || isAtRest(answer))) return this.leave(runId, answer);
    this.ledger.apply({ kind: 'went_live', now: Date.now(), runId });
    return answer;
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
    this.ledger.apply({ kind: 'left', now: Date.now(), runId });
    return false;
  }

  private leave<T>(runId: string, answer: T): T {
    this.ledger.apply({ kind: 'left', now: Date.now(), runId });
    return answer;
  }
}

function registration({ projectId, specId, maxActive, run }: StartInput): Registration {
  return { projectId, specId, maxActive, specTitle: run.specTitle, addedBy: run.actor };
}
