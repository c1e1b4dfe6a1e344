import { decide } from './decide.ts';
import type { DispatchCommand } from './dispatch-command.ts';
import type { DispatchState } from './dispatch-state.ts';
import { loadDispatch, saveDispatch } from './dispatch-store.ts';
import { evolve } from './evolve.ts';

/** What follows when the tables have changed: rings, an alarm, words to those who watch. */
export type Changed = (before: DispatchState, after: DispatchState, command: DispatchCommand) => void;

/** The tables of dispatch in memory and in storage: decide → store in one transaction → let follow what must. */
export class Ledger {
  state: DispatchState;
  private readonly storage: DurableObjectStorage;
  private readonly changed: Changed;

  constructor(storage: DurableObjectStorage, changed: Changed) {
    this.storage = storage;
    this.changed = changed;
    this.state = loadDispatch(storage.sql);
  }

  apply(command: DispatchCommand): void {
    const before = this.state;
    const events = decide(before, command);
    if (events.length === 0) return;
    const after = events.reduce(evolve, before);
    this.storage.transactionSync(() => saveDispatch(this.storage.sql, before, after));
    this.state = after;
    this.changed(before, after, command);
  }
}
