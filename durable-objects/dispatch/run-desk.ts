import { newId } from '@specwright/protocol/id.ts';
import type { MachineNeed } from '@specwright/protocol/pull.ts';
import type { RunNews } from '@specwright/protocol/run-news.ts';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import type { Ledger } from './dispatch-ledger.ts';
import type { RunPort } from './run-port.ts';
import type { Starts } from './starts.ts';

/** What runs say. Each word may come twice, late, in another order, or never. */
export class RunDesk {
  private readonly ledger: Ledger;
  private readonly starts: Starts;
  private readonly runOf: (runId: string) => RunPort;

  constructor(ledger: Ledger, starts: Starts, runOf: (runId: string) => RunPort) {
    this.ledger = ledger;
    this.starts = starts;
    this.runOf = runOf;
  }

  /** A run that asks without being known here is believed when it says itself that it is not at rest. */
  async enqueue(need: MachineNeed): Promise<void> {
    const { runId } = need;
    if (!this.ledger.state.runs[runId]) {
      const state = (await this.runOf(runId).view())?.state;
      if (!state || isAtRest(state)) return;
      const { projectId, specId, specTitle, startedBy: addedBy } = state;
      const run = { runId, projectId, specId, specTitle, addedBy, priority: 0, line: null };
      this.ledger.apply({ kind: 'register', now: Date.now(), reopened: true, ...run });
    }
    this.ledger.apply({ kind: 'enqueue', now: Date.now(), need, messageId: newId('message') });
  }

  async withdraw(runId: string): Promise<void> {
    this.ledger.apply({ kind: 'withdraw', now: Date.now(), runId });
  }

  /** A run that was opened again is asked before its slot is taken: the word may be of its earlier rest. */
  async rested(runId: string, news: RunNews | null): Promise<void> {
    if (this.ledger.state.runs[runId]?.reopened) await this.starts.stillLives(runId);
    else this.ledger.apply({ kind: 'left', now: Date.now(), runId, news });
  }

  async tell(news: RunNews): Promise<void> {
    this.ledger.apply({ kind: 'news', now: Date.now(), news });
  }
}
