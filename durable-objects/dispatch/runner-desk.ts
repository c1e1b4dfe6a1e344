import type { AnnounceLife, ReportLife } from '@specwright/protocol/pull.ts';
import type { Ledger } from './dispatch-ledger.ts';
import type { AckResult, PullResult, SetRunner } from './dispatch-port.ts';
import { ackView } from './dispatch-views.ts';
import { pulledMessage } from './pulled-message.ts';
import { readRunnerSettings } from './runner-rows.ts';

/** What runners say, and what people set of them. */
export class RunnerDesk {
  private readonly ledger: Ledger;
  private readonly db: D1Database;
  private readonly visibilityMs: number;

  /** @param visibilityMs how long a pulled message is hidden from others. */
  constructor(ledger: Ledger, db: D1Database, visibilityMs: number) {
    this.ledger = ledger;
    this.db = db;
    this.visibilityMs = visibilityMs;
  }

  /** @param isHeard its doorbell answers. */
  pull(runnerId: string, batchSize: number, isHeard: boolean): PullResult {
    const { visibilityMs } = this;
    const leaseIds = Array.from({ length: batchSize }, () => crypto.randomUUID());
    this.ledger.apply({ kind: 'pull', now: Date.now(), runnerId, batchSize, visibilityMs, leaseIds, isHeard });
    const entries = Object.values(this.ledger.state.entries);
    const given = leaseIds.flatMap((leaseId) => entries.find((entry) => entry.leaseId === leaseId) ?? []);
    const { paused = false, draining = false } = this.ledger.state.settings[runnerId] ?? {};
    return { message_backlog_count: entries.length, messages: given.map(pulledMessage), orders: { paused, draining } };
  }

  ack(acks: string[], retries: { leaseId: string; delayMs: number }[]): AckResult {
    const later = retries.map((retry) => retry.leaseId);
    const answer = ackView(this.ledger.state, acks, later);
    this.ledger.apply({ kind: 'ack', now: Date.now(), acks, retries });
    return answer;
  }

  /** What people set is read again from D1: a word about a change that was lost is mended with each new life. */
  async announce(runnerId: string, runnerName: string, life: AnnounceLife): Promise<void> {
    const settings = await readRunnerSettings(this.db, runnerId);
    if (settings) this.ledger.apply({ kind: 'set_runner', now: Date.now(), settings });
    this.ledger.apply({ kind: 'announce', now: Date.now(), runnerId, runnerName, life });
  }

  report(runnerId: string, report: ReportLife): void {
    this.ledger.apply({ kind: 'report', now: Date.now(), runnerId, report });
  }

  /** True: the machine has other orders now than before. */
  set(runnerId: string, settings: SetRunner): boolean {
    const { note = null } = settings;
    const before = this.ledger.state.settings[runnerId];
    this.ledger.apply({ kind: 'set_runner', now: Date.now(), settings: { ...settings, runnerId, note } });
    return before?.paused !== settings.paused || before.draining !== settings.draining;
  }

  revoke(runnerId: string): void {
    this.ledger.apply({ kind: 'revoke_runner', now: Date.now(), runnerId });
  }

  check(runnerId: string): void {
    this.ledger.apply({ kind: 'check_runner', now: Date.now(), runnerId });
  }
}
