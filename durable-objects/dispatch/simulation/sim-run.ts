import { isRefusal, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { wantsMachine } from '@specwright/protocol/obligations.ts';
import type { RunCommand } from '@specwright/protocol/run-command.ts';
import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { decide } from '../../spec-run/decide.ts';
import { DEFAULT_RULES, type Decided } from '../../spec-run/decision.ts';
import type { CommandRun, CreateRun } from '../run-port.ts';

export type Effect = 'machine' | 'withdraw' | 'rested';

/** A run as its object keeps it: the real decider, and what it owes to the world until that is confirmed. */
export class SimRun {
  readonly id: string;
  state: RunState | null = null;
  /** Stored with the decision that called for it: it outlives every crash. */
  readonly outbox: Effect[] = [];
  isDestroyed = false;
  askedAt = 0;

  constructor(id: string) {
    this.id = id;
  }

  create(input: CreateRun, now: number): { seq: number } | Refusal {
    if (this.isDestroyed) return refuse('NOT_FOUND', 'There is no such run.');
    const { pieces: _, ...asked } = input;
    const decision = this.take({ ...asked, kind: 'create', now });
    return isRefusal(decision) ? decision : { seq: decision.state.seq };
  }

  command(command: CommandRun, now: number) {
    const { pieces: _, ...wish } = command;
    if (this.isDestroyed || this.state === null) return refuse('NOT_FOUND', 'There is no such run.');
    const decision = this.take({ ...wish, now } as RunCommand);
    return isRefusal(decision) ? decision : { status: decision.state.status, seq: decision.state.seq };
  }

  /** As the object: what a decision changes in what the world must know goes into the outbox. */
  take(command: RunCommand): Decided | Refusal {
    const before = this.state;
    const decision = decide(before, command, DEFAULT_RULES);
    if (isRefusal(decision)) return decision;
    const after = decision.state;
    this.state = after;
    const wanted = before !== null && wantsMachine(before);
    if (!wanted && wantsMachine(after)) this.outbox.push('machine');
    if (wanted && !wantsMachine(after) && !isAtRest(after) && after.lease?.state !== 'held') this.outbox.push('withdraw');
    if (isAtRest(after) && (before === null || !isAtRest(before))) this.outbox.push('rested');
    if (this.isDestroyed) this.erase();
    return decision;
  }

  destroy(now: number): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    if (this.state !== null && !isAtRest(this.state)) this.take({ kind: 'stop', actor: null, now });
    this.erase();
  }

  get isGoing(): boolean {
    return this.state !== null && !isAtRest(this.state);
  }

  private erase(): void {
    if (this.isGoing) return;
    this.state = null;
    this.outbox.length = 0;
    this.outbox.push('rested');
  }
}
