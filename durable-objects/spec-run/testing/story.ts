import { isRefusal, type Refusal } from '@specwright/protocol/error-code.ts';
import { foldRun } from '@specwright/protocol/evolve.ts';
import type { RunCommand } from '@specwright/protocol/run-command.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { violations } from '@specwright/protocol/run-invariants.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { decide } from '../decide.ts';
import { DEFAULT_RULES, type Decided, type Decision } from '../decision.ts';

type Unclocked<C> = C extends unknown ? Omit<C, 'now'> : never;
export type Given = Unclocked<RunCommand>;

/** A run that a test tells command by command; after each it must fold to the same state and break no rule. */
export class Story {
  state: RunState | null = null;
  now = 1_000_000;
  readonly log: StoredEvent[] = [];
  private readonly sent: Record<number, number> = {};

  /** Gives a command and answers with what was decided. */
  when(command: Given): Decision {
    const decision = decide(this.state, { ...command, now: this.now } as RunCommand, DEFAULT_RULES);
    if (isRefusal(decision)) return decision;
    this.log.push(...decision.events);
    this.state = decision.state;
    const folded = foldRun(this.log);
    if (JSON.stringify(folded) !== JSON.stringify(this.state)) throw new Error('the log folds to another state');
    const broken = violations(this.state);
    if (broken.length > 0) throw new Error(broken.join('; '));
    return decision;
  }

  /** As `when`, for commands that must not be refused. */
  does(command: Given): Decided {
    const decision = this.when(command);
    if (isRefusal(decision)) throw new Error(`refused: ${decision.code} ${decision.message}`);
    return decision;
  }

  refused(command: Given): Refusal {
    const decision = this.when(command);
    if (!isRefusal(decision)) throw new Error(`not refused: ${kinds(decision.events).join()}`);
    return decision;
  }

  later(ms: number): this {
    this.now += ms;
    return this;
  }

  get is(): RunState {
    if (this.state === null) throw new Error('there is no run yet');
    return this.state;
  }

  get job() {
    const { job } = this.is;
    if (job === null) throw new Error('no job is out');
    return job;
  }

  item(id: string) {
    const item = this.is.items.find((candidate) => candidate.id === id);
    if (item === undefined) throw new Error(`no item ${id}`);
    return item;
  }

  claim(lifeId = 'lif_a', fence: number | null = null): Decided {
    return this.does({ kind: 'claim', runnerId: `rnr_${lifeId}`, runnerName: `runner ${lifeId}`, lifeId, fence, leaseId: `lse_${lifeId}` });
  }

  /** Facts in their order under the newest fence, from the life that holds it. */
  facts(...facts: RunnerFact[]): Decided {
    return this.factsOf(this.is.fence, this.is.lease?.lifeId ?? 'lif_none', ...facts);
  }

  factsOf(fence: number, lifeId: string, ...facts: RunnerFact[]): Decided {
    const first = (this.sent[fence] ?? 0) + 1;
    this.sent[fence] = first + facts.length - 1;
    return this.does({ kind: 'facts', lifeId, fence, first, facts, newIds: [`fix_${this.log.length}`] });
  }
}

export function kinds(events: { kind: string }[]): string[] {
  return events.map((event) => event.kind).filter((kind) => kind !== 'facts_received');
}
