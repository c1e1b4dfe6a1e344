import { isRefusal } from '@specwright/protocol/error-code.ts';
import type { OrchestrationConfig } from '@specwright/protocol/phase.ts';
import type { RunCommand } from '@specwright/protocol/run-command.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import { decide } from '../../decide.ts';
import { type Machine, REAL, withRules } from '../machine.ts';

const ASKED = { header: '', question: 'Which?', options: [], multiple: false, custom: true };

/** Planted faults of a phase's plan: each takes away one rule, and the simulation must notice. */
export const PHASE_MUTANTS: Record<string, Machine> = {
  'a batch is healed once more than it may be': seeing((state) => {
    const { maxHeals, maxIterations } = state.settings;
    return { ...state, settings: { ...state.settings, maxHeals: maxHeals + 1, maxIterations: (maxIterations ?? 1) + 1 } };
  }),
  'a heal is not counted': {
    ...REAL,
    decide: (state, command, rules) => {
      const decision = decide(state, command, rules);
      if (isRefusal(decision) || state?.job?.kind !== 'heal') return decision;
      const uncount = (event: StoredEvent) => (event.kind === 'attempt_ended' ? { ...event, spent: false } : event);
      return { ...decision, events: decision.events.map(uncount) };
    },
  },
  'auto-merge passes a USER GATE': seeing((state) =>
    state.phase?.seen ? { ...state, phase: { ...state.phase, seen: { ...state.phase.seen, gate: null } } } : state,
  ),
  'a gate is gone with its words': {
    ...REAL,
    evolve: (state, event) => {
      const next = REAL.evolve(state, event);
      return event.kind === 'phase_seen' && next.phase ? { ...next, phase: { ...next.phase, seen: event.seen } } : next;
    },
  },
  'a merge needs no word': seeing((state) => configured(state, { autoMerge: true })),
  '"not yet" is taken for "merge"': saying((command) => (command.kind === 'merge' ? { ...command, decision: 'merge' } : command)),
  'a refused merge keeps its approval': {
    ...REAL,
    evolve: (state, event) => {
      const next = REAL.evolve(state, event);
      const isKept = state?.phase?.mergeApproved && event.kind === 'attempt_ended' && next.phase !== undefined;
      return isKept && next.phase ? { ...next, phase: { ...next.phase, mergeApproved: true } } : next;
    },
  },
  'the budget of a batch is not looked at': seeing((state) => {
    const { budget } = state.phase?.config ?? {};
    return budget === undefined ? state : configured(state, { budget: { ...budget, maxPerBatch: 1000, healingBudget: 1000 } });
  }),
  'what is in hand is planned again': seeing((state) => ({
    ...state,
    items: state.items.map((item) => (item.status === 'pending' || !item.phase ? item : { ...item, phase: { ...item.phase, tasks: [] } })),
  })),
  'the pause between batches is forgotten': seeing((state) => configured(state, { pauseBetweenBatches: false })),
  'an answer is not said again after a lost connection': {
    ...REAL,
    wordsOwed: (state) => REAL.wordsOwed(state).filter((word) => word.type !== 'answer'),
  },
  'a question is answered twice': {
    ...REAL,
    decide: (state, command, rules) => {
      const { answered } = state?.job ?? {};
      if (command.kind !== 'answer' || !state?.job || !answered) return decide(state, command, rules);
      const question = { id: answered.questionId, jobId: state.job.id, itemId: state.job.itemId, questions: [ASKED], askedAt: 0 };
      return decide({ ...state, question, job: { ...state.job, answered: null } }, command, rules);
    },
  },
  'verify does not wait for the last batch': seeing((state) => ({
    ...state,
    items: [...state.items].sort((a, b) => Number(b.phase?.stage === 'verify') - Number(a.phase?.stage === 'verify')),
  })),
  'the agent’s word is enough': withRules({ confirms: false }),
  'the base branch moves without compare-and-swap': withRules({ mergesBySwap: false }),
};

/** The decider sees another state than there is; what it decides is stored as it says. */
function seeing(see: (state: RunState) => RunState): Machine {
  return { ...REAL, decide: (state, command, rules) => decide(state && see(state), command, rules) };
}

function saying(say: (command: RunCommand) => RunCommand): Machine {
  return { ...REAL, decide: (state, command, rules) => decide(state, say(command), rules) };
}

function configured(state: RunState, config: Partial<OrchestrationConfig>): RunState {
  return state.phase === undefined ? state : { ...state, phase: { ...state.phase, config: { ...state.phase.config, ...config } } };
}
