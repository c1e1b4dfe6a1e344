import { wantsMachine } from '@specwright/protocol/obligations.ts';
import type { JobsQueueMessage } from '@specwright/protocol/pull.ts';
import { newsOf } from '@specwright/protocol/run-news.ts';
import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import type { ObjectEnv } from '../env.ts';
import { machineNeed } from './machine-need.ts';
import type { RunStore } from './run-store.ts';
import { guardSize, MAX_MESSAGE_BYTES } from './storage-guard.ts';

type Effect = 'machine' | 'withdraw' | 'rested';

/**
 * What the run owes to the world outside, stored in the transaction of the decision that called for it. Each effect is
 * repeated until it is confirmed, then forgotten; all of them may happen twice without harm. What D1 is owed stands in the log itself:
 * see Projection.
 */
export class Outbox {
  private readonly env: ObjectEnv;
  private readonly store: RunStore;
  private readonly retryMs: number;
  private draining: Promise<void> | null = null;
  private failures = 0;
  private stored: number;
  /** No two needs of a run are of the same moment. */
  private askedAt = 0;
  /** When a failed effect is tried again; null: nothing failed. */
  retryAt: number | null = null;

  constructor(env: ObjectEnv, store: RunStore, retryMs: number) {
    this.env = env;
    this.store = store;
    this.retryMs = retryMs;
    this.stored = store.read<{ n: number }>('SELECT count(*) AS n FROM outbox')[0]?.n ?? 0;
  }

  get isEmpty(): boolean {
    return this.stored === 0;
  }

  /** Stores what a decision calls for. Call it inside the decision's transaction. */
  keep(before: RunState | null, after: RunState): void {
    const wanted = before !== null && wantsMachine(before);
    if (!wanted && wantsMachine(after)) this.put('machine');
    if (wanted && !wantsMachine(after) && !isAtRest(after) && after.lease?.state !== 'held') this.put('withdraw');
    if (isAtRest(after) && (before === null || !isAtRest(before))) this.put('rested');
  }

  /** Asks again, when nothing is on its way already. */
  ask(kind: 'machine' | 'rested'): void {
    const [known] = this.store.read('SELECT id FROM outbox WHERE kind = ?', kind);
    if (known === undefined) this.put(kind);
  }

  /** Performs what is stored, oldest first; stops at the first that fails and says when to try again. Never throws. */
  drain(state: RunState): Promise<void> {
    if (this.stored === 0) return Promise.resolve();
    this.draining ??= this.run(state).finally(() => {
      this.draining = null;
    });
    return this.draining;
  }

  private async run(state: RunState): Promise<void> {
    for (;;) {
      const [row] = this.store.read<{ id: number; kind: Effect }>('SELECT id, kind FROM outbox ORDER BY id LIMIT 1');
      if (row === undefined) break;
      try {
        await this.perform(state, row.kind);
      } catch (error) {
        this.failures += 1;
        this.retryAt = Date.now() + Math.min(60_000, this.retryMs * 2 ** (this.failures - 1));
        console.error(JSON.stringify({ at: 'outbox', runId: state.id, effect: row.kind, failures: this.failures, error: String(error) }));
        return;
      }
      this.store.write('DELETE FROM outbox WHERE id = ?', row.id);
      this.stored -= 1;
    }
    this.failures = 0;
    this.retryAt = null;
  }

  private async perform(state: RunState, effect: Effect): Promise<void> {
    if (effect === 'machine') return this.askForMachine(state);
    const dispatch = this.env.DISPATCH.get(this.env.DISPATCH.idFromName(state.organisationId));
    if (effect === 'rested') await dispatch.rested(state.id, newsOf(state));
    else await dispatch.withdraw(state.id);
  }

  private async askForMachine(state: RunState): Promise<void> {
    this.askedAt = Math.max(Date.now(), this.askedAt + 1);
    const message: JobsQueueMessage = { kind: 'machine_needed', need: await machineNeed(state, this.askedAt) };
    guardSize(JSON.stringify(message), MAX_MESSAGE_BYTES, 'a queue message');
    await this.env.JOBS.send(message);
  }

  private put(kind: Effect): void {
    this.store.write('INSERT INTO outbox (kind) VALUES (?)', kind);
    this.stored += 1;
  }
}
