import { isRefusal } from '@specwright/protocol/error-code.ts';
import { findItem } from '@specwright/protocol/evolve/items.ts';
import type { RunCommand } from '@specwright/protocol/run-command.ts';
import type { RunEvent, StoredEvent } from '@specwright/protocol/run-event.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import { decide } from '../decide.ts';
import { DEFAULT_RULES, type Decision } from '../decision.ts';
import { type Machine, REAL, withRules } from './machine.ts';

/** Planted faults of the protocol. Each takes away one thing that the design says is needed; the simulation must notice. */
export const MUTANTS: Record<string, Machine> = {
  'a result is accepted under an old fence': seeing(acceptOldFence),
  'a frame that came twice is taken twice': seeing((state, command) => {
    if (state === null || command.kind !== 'facts') return [state, command];
    return [{ ...state, received: { ...state.received, [command.fence]: command.first - 1 } }, command];
  }),
  'a need for a machine that got lost is not asked again': withRules({ asksAgain: false }),
  'the branch moves without compare-and-swap': withRules({ compareAndSwap: false }),
  'the branch moves though the lease may be over': withRules({ sureOfLease: false }),
  'a lost attempt is not charged': rewriting((event) => (event.kind === 'attempt_lost' ? { ...event, chargedMicros: 0 } : event)),
  'attempts at a fix are not counted': { ...REAL, evolve: (state, event) => REAL.evolve(state, uncountFix(state, event)) },
  'a job is ordered while the run is paused': seeing((state, command) =>
    command.kind === 'facts' ? [withStatus(state, ['pausing', 'paused'], 'running'), command] : [state, command],
  ),
  'a late result wins over a stop': seeing((state, command) =>
    command.kind === 'facts' ? [withStatus(state, ['stopping'], 'running'), command] : [state, command],
  ),
  'a lease is granted while another holds it': seeing((state, command) => {
    if (command.kind !== 'claim' || state?.lease?.state !== 'held') return [state, command];
    return [{ ...state, status: 'queued', lease: { ...state.lease, state: 'lapsed' } }, command];
  }),
  'a promotion that the branch proves is not adopted': seeing((state, command) => {
    if (command.kind !== 'facts') return [state, command];
    return [state, { ...command, facts: command.facts.map((fact) => (fact.kind === 'reconciled' ? { ...fact, promoted: [] } : fact)) }];
  }),
  'the slot of a run at rest is never freed': withRules({ tellsRest: false }),
  'a wait for a time never ends': dropping('wait_ended', (command) => command.kind === 'tick'),
  'events are broadcast before they are stored': withRules({ storeFirst: false }),
  'a silent lease never lapses': seeing((state, command) =>
    command.kind === 'tick' ? [state, { ...command, lastHeardAt: command.now }] : [state, command],
  ),
  'a job that is sent again is carried out again': withRules({ knowsJobs: false }),
  'the fence does not grow': rewriting((event, state) => {
    return event.kind === 'lease_granted' && !event.revived && state !== null && state.fence > 0 ? { ...event, fence: state.fence } : event;
  }),
  'a fault spends an attempt': rewriting((event) => (event.kind === 'attempt_ended' ? { ...event, spent: true } : event)),
  'a runner does the job of an old fence to its end': withRules({ dropsOldJob: false, sureOfLease: false }),
  'a job is ordered before the branch was looked at': rewriting(
    (event) => event,
    (state, command) => {
      return command.kind === 'claim' ? orderAtOnce(state, command) : null;
    },
  ),
  'the branch is not reset to the last good commit': {
    ...REAL,
    wordsOwed: (state) => REAL.wordsOwed(state).filter((word) => word.type !== 'reset'),
    newWords: (before, after) => REAL.newWords(before, after).filter((word) => word.type !== 'reset'),
  },
};

type Seen = [RunState | null, RunCommand];

/** The decider sees another state or command than there is; what it decides is stored as it says. */
function seeing(see: (state: RunState | null, command: RunCommand) => Seen): Machine {
  return { ...REAL, decide: (state, command, rules) => decide(...see(state, command), rules) };
}

/** The decider's events are changed before they are stored. */
function rewriting(
  change: (event: RunEvent, state: RunState | null) => RunEvent,
  instead: (state: RunState | null, command: RunCommand) => Decision | null = () => null,
): Machine {
  return {
    ...REAL,
    decide: (state, command, rules) => {
      const decision = instead(state, command) ?? decide(state, command, rules);
      if (isRefusal(decision)) return decision;
      return { ...decision, events: decision.events.map((event) => ({ ...event, ...change(event, state) }) as StoredEvent) };
    },
  };
}

function dropping(kind: RunEvent['kind'], when: (command: RunCommand) => boolean): Machine {
  return {
    ...REAL,
    decide: (state, command, rules) => {
      const decision = decide(state, command, rules);
      if (isRefusal(decision) || !when(command)) return decision;
      const at = decision.events.findIndex((event) => event.kind === kind);
      return at < 0 ? decision : { ...decision, events: decision.events.slice(0, at) };
    },
  };
}

function acceptOldFence(state: RunState | null, command: RunCommand): Seen {
  const { lease, job } = state ?? {};
  if (command.kind !== 'facts' || !state || !lease || !job || command.fence >= state.fence) return [state, command];
  const facts = command.facts.map((fact) => ('jobId' in fact && fact.jobId !== null ? { ...fact, jobId: job.id } : fact));
  return [state, { ...command, facts, fence: lease.fence, lifeId: lease.lifeId, first: (state.received[lease.fence] ?? 0) + 1 }];
}

function uncountFix(state: RunState | null, event: StoredEvent): StoredEvent {
  if (state === null || event.kind !== 'attempt_ended' || findItem(state, event.chunkId)?.kind !== 'fix') return event;
  return { ...event, spent: false };
}

function withStatus(state: RunState | null, from: RunState['status'][], to: RunState['status']): RunState | null {
  return state !== null && from.includes(state.status) ? { ...state, status: to } : state;
}

function orderAtOnce(state: RunState | null, command: RunCommand): Decision | null {
  const granted = decide(state, command, DEFAULT_RULES);
  if (isRefusal(granted) || granted.state.lease === null || granted.state.lease.reconciled || granted.state.job !== null) return null;
  const lease = { ...granted.state.lease, reconciled: true };
  const next = decide(
    { ...granted.state, lease, status: 'paused' },
    { kind: 'resume', actor: null, plan: null, now: command.now },
    DEFAULT_RULES,
  );
  return isRefusal(next) ? null : { ...next, events: [...granted.events, ...next.events], answer: granted.answer };
}
