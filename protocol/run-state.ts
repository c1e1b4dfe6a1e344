import type { Diagnosis } from './diagnosis.ts';
import type { AttemptKind, Step } from './job.ts';
import type { ItemPhase, PhaseState } from './phase.ts';
import type { Answers, OpenQuestion } from './question.ts';
import type { Actor, Reason } from './run-event.ts';
import type { Configuration, Repository, RunSettings } from './run-plan.ts';
import type { FailureCode, JobResult } from './runner-fact.ts';
import type { Usage } from './usage.ts';
import type { Verdict } from './verdict.ts';

/** Changes whenever `evolve` folds the same events into another state: snapshots of another version are thrown away. */
export const RUN_STATE_VERSION = 2;

/**
 * queued: waits for a machine. running: a machine holds the lease. pausing: the step in hand ends first. stopping: until
 * the runner reports or its lease ends. waiting: for a time or a person's decision (`wait`). The last three are rest.
 */
export const RUN_STATUSES = ['queued', 'running', 'pausing', 'paused', 'stopping', 'waiting', 'completed', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const CHUNK_STATUSES = ['pending', 'running', 'reviewing', 'completed', 'failed', 'cancelled', 'skipped'] as const;
export type ChunkStatus = (typeof CHUNK_STATUSES)[number];

export interface CheckOutcome {
  name: string;
  command: string;
  required: boolean;
  exitCode: number | null;
  durationMs: number;
  piece: string;
  tail: string;
}

/** One attempt at an item, kept for reading and for the next attempt's feedback. */
export interface Attempt {
  jobId: string;
  attempt: number;
  kind: AttemptKind;
  fence: number;
  step: Step | null;
  /** Null while it is out. 'lost': its lease ended. */
  result: JobResult | 'lost' | null;
  code: FailureCode | null;
  message: string;
  checks: CheckOutcome[];
  verdict: Verdict | null;
  snapshot: string | null;
  diffPiece: string | null;
  diffStat: { files: number; added: number; removed: number } | null;
  usage: Usage;
  durationMs: number;
  startedAt: number;
  endedAt: number | null;
  agent: string | null;
  model: string | null;
  /** Of a phase's attempts alone: what a heal on the same machine may go on from, in a fork. */
  session?: { id: string; agentType: string; runnerId: string };
  /** Of a heal: what was made of the failure before it, and what that used. */
  diagnosis?: { diagnosis: Diagnosis | null; message: string; usage: Usage };
}

export interface Item {
  id: string;
  key: string;
  title: string;
  kind: 'chunk' | 'fix';
  /** The chunk whose work a fix goes on from. */
  parentId: string | null;
  dependsOn: string[];
  textPiece: string | null;
  /** What the fix is to change; empty for a chunk. */
  requestedChanges: string[];
  selected: boolean;
  status: ChunkStatus;
  /** Attempts spent: counted on the root chunk, for itself and its fixes. */
  spent: number;
  heals: number;
  attempts: Attempt[];
  summary: string | null;
  verdict: Verdict | null;
  commit: string | null;
  usage: Usage;
  durationMs: number;
  startedAt: number | null;
  endedAt: number | null;
  error: Reason | null;
  /** Of a phase's items alone. */
  phase?: ItemPhase;
}

export interface Lease {
  id: string;
  fence: number;
  runnerId: string;
  runnerName: string;
  lifeId: string;
  /** lapsed: the same life may revive it until another claim raises the fence. */
  state: 'held' | 'lapsed';
  reconciled: boolean;
}

export interface CurrentJob {
  id: string;
  itemId: string;
  fence: number;
  attempt: number;
  kind: AttemptKind;
  continueFrom: string | null;
  step: Step | null;
  /** Waiting at a step's border because the run is pausing or paused. */
  held: boolean;
  /** The fix chunk that a review of needs_fix has named; it is made when the attempt ends. */
  fixChunkId: string | null;
  reservedMicros: number;
  reservedTokens: number;
  usage: Usage;
  orderedAt: number;
  /** Given by a person, not yet with the agent: said to the runner again until it has them. */
  answered?: { questionId: string; answers: Answers } | null;
}

export interface RunState {
  /** With a phase's plan alone. */
  phase?: PhaseState;
  version: number;
  seq: number;
  id: string;
  organisationId: string;
  projectId: string;
  specId: string;
  specTitle: string;
  specPiece: string;
  branch: string;
  startFrom: string | null;
  repository: Repository;
  settings: RunSettings;
  configuration: Configuration | null;
  warnings: string[];
  status: RunStatus;
  /** Why it rests or waits. */
  reason: Reason | null;
  /** With failed: whose fault ended it. */
  fault: 'chunk' | 'limit' | 'machine' | null;
  wait: { reason: Reason; waitFor: 'time' | 'person'; untilAt: number | null } | null;
  startedBy: Actor | null;
  createdAt: number;
  startedAt: number | null;
  endedAt: number | null;
  updatedAt: number;
  /** Time worked, pauses and waits left out: the sum of closed stretches, and when the open one began. */
  activeMs: number;
  activeSince: number | null;
  items: Item[];
  job: CurrentJob | null;
  lease: Lease | null;
  /** What the agent of the job in hand asks a person; absent or null: nothing. */
  question?: OpenQuestion | null;
  /** The machine that gave the run back because it cannot do such work until somebody has mended it; absent: none did. */
  broke?: { runnerId: string; runnerName: string; fence: number; reason: Reason } | null;
  /** Of a phase: where the machine that looked last keeps the attempts' work, as refs/specwright/<run>/<item>/<attempt>. */
  clone?: string;
  /** The highest fence ever granted. */
  fence: number;
  /** The last fact number received under each fence. */
  received: Record<string, number>;
  base: string | null;
  /** The last good commit. */
  head: string | null;
  /** The runner is to reset its branch to this commit before the next job. */
  resetTo: string | null;
  /** Jobs whose lease ended without a report: what was charged above their reported usage, until the journal corrects it. */
  lost: Record<string, { itemId: string; chargedMicros: number; chargedTokens: number }>;
  /** Faults of runners and providers in a row, without an ended attempt between. */
  faultsInRow: number;
  totals: { passed: number; failed: number; skipped: number; fixes: number; commits: number; usage: Usage };
}

/** A run at rest holds no lease, no slot and no alarm. */
export function isAtRest(state: Pick<RunState, 'status'>): boolean {
  return state.status === 'completed' || state.status === 'failed' || state.status === 'cancelled';
}
