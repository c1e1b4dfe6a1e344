import type { Answers } from './question.ts';
import type { Actor } from './run-event.ts';
import type { PlanItem, Repository, RunPlan, RunSettings } from './run-plan.ts';
import type { RunnerFact } from './runner-fact.ts';

/** What comes to a run: wishes of people, facts from the runner, and time. Clock and randomness come with the command. */
export type RunCommand = (PersonCommand | MachineCommand) & { now: number };

export type PersonCommand =
  | { kind: 'pause'; actor: Actor | null }
  | { kind: 'resume'; actor: Actor | null; plan: { specPiece: string; items: PlanItem[] } | null }
  | { kind: 'stop'; actor: Actor | null }
  | { kind: 'retry'; chunkId: string; actor: Actor | null; plan: { specPiece: string; items: PlanItem[] } | null }
  | { kind: 'skip'; chunkId: string; actor: Actor | null; plan: { specPiece: string; items: PlanItem[] } | null }
  | { kind: 'raise_limits'; maxCostMicros: number | null; maxTokens: number | null; actor: Actor | null; batch?: BatchBudget }
  | { kind: 'merge'; decision: 'merge' | 'not_yet'; actor: Actor | null }
  | { kind: 'answer'; questionId: string; answers: Answers; actor: Actor | null };

/** Of a phase, in US dollars; null: as it is. */
export interface BatchBudget {
  maxPerBatch: number | null;
  healingBudget: number | null;
}

export type MachineCommand =
  | {
      kind: 'create';
      runId: string;
      organisationId: string;
      projectId: string;
      specId: string;
      specTitle: string;
      branch: string;
      startFrom: string | null;
      repository: Repository;
      plan: RunPlan;
      settings: RunSettings;
      actor: Actor | null;
    }
  | { kind: 'claim'; runnerId: string; runnerName: string; lifeId: string; fence: number | null; leaseId: string }
  /** `newIds` are fresh chunk ids for fix chunks that the facts may call for. */
  | { kind: 'facts'; lifeId: string; fence: number; first: number; facts: RunnerFact[]; newIds: string[] }
  | { kind: 'confirm_lease'; lifeId: string; fence: number }
  /** Time passed. `lastHeardAt`: the last sign of life on the lease's socket, server's clock; null: no socket. */
  | { kind: 'tick'; lastHeardAt: number | null }
  | { kind: 'socket_closed'; lifeId: string }
  /** `runnerId`: who says so; another's word of a life counts for nothing. */
  | { kind: 'life_ended'; lifeId: string; runnerId?: string | null }
  /** The runner was revoked: what it holds is free at once, and nothing of it counts any more. */
  | { kind: 'runner_gone'; runnerId: string };
