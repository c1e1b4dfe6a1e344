import type { Job, Step } from '@specwright/protocol/job.ts';
import type { PhaseSeen } from '@specwright/protocol/phase.ts';
import type { Piece } from '@specwright/protocol/piece.ts';
import type { FactOf, FailureCode, JobResult, RunnerFact } from '@specwright/protocol/runner-fact.ts';
import type { TextFrame } from '@specwright/protocol/runner-up.ts';
import { NO_USAGE, type Usage } from '@specwright/protocol/usage.ts';
import type { Verdict } from '@specwright/protocol/verdict.ts';
import type { AskPerson } from '../agents/agent.ts';
import type { Durations } from '../durations.ts';
import type { Clone } from '../git/clone.ts';
import type { Diff } from '../git/diff.ts';
import type { RefWriter } from '../git/ref-writer.ts';
import type { Snapshot } from '../git/snapshot.ts';
import type { Worktree, WorktreeStatus } from '../git/worktree.ts';
import type { Crew } from '../session/crew.ts';
import type { Mask } from './mask.ts';

/** A fact without its time: the session puts that in. */
export type FactDraft = RunnerFact extends infer F ? (F extends RunnerFact ? Omit<F, 'atMs'> : never) : never;

/** Where a run's jobs are carried out on this machine; lives as long as the lease's worktree. */
export interface Place {
  runId: string;
  branch: string;
  clone: Clone;
  worktree: Worktree;
  /** Moves the branch together with the worktree's HEAD. */
  refs: RefWriter;
  /** The run's own folder for homes of agents and checks. */
  home: string;
  /** All processes of this place carry it. */
  mark: string;
  crew: Crew;
  /** Ignored paths that the setup command made, and the state of the dependency files it ran on; null: it has not run here. */
  prepared: { ignored: string[]; dependencies: string } | null;
  /** The worktree as it stood after the job before, looked at while the next one was on its way. */
  seen: { at: number; status: Promise<WorktreeStatus | null> } | null;
}

/** What is known of the attempt so far. */
export interface Attempt {
  snapshot: Snapshot | null;
  /** Made beside the checks. Rejects with a GitFault. */
  diff: Promise<Diff> | null;
  checks: CheckSeen[];
  verdict: Verdict | null;
  /** Of a phase: what its repository says, once it confirms the attempt. */
  seen: PhaseSeen | null;
  commit: string | null;
  summary: string;
  executorUsage: Usage;
  reviewerUsage: Usage;
  /** Of the job's part of the budget: what a diagnosis left over, which is not the agent's. */
  keptMicros: number;
}

/** Nothing is known yet. */
export function freshAttempt(): Attempt {
  return {
    snapshot: null,
    diff: null,
    checks: [],
    verdict: null,
    seen: null,
    commit: null,
    summary: '',
    executorUsage: NO_USAGE,
    reviewerUsage: NO_USAGE,
    keptMicros: 0,
  };
}

export interface CheckSeen {
  name: string;
  command: string;
  required: boolean;
  exitCode: number | null;
  output: string;
  /** Says what went wrong besides the exit code; null: nothing. */
  remark: string | null;
}

/** How an attempt ends early. */
export interface Ended {
  result: Exclude<JobResult, 'passed'>;
  code: FailureCode | null;
  message: string;
  retryAfterMs: number | null;
}

export interface JobContext {
  job: Job;
  place: Place;
  attempt: Attempt;
  durations: Durations;
  env: NodeJS.ProcessEnv;
  mask: Mask;
  report(fact: FactDraft, pieces?: Piece[]): void;
  stream(frame: Omit<TextFrame, 'type' | 'jobId'>): void;
  isWatched(): boolean;
  /** A person can answer what the executor asks; absent: nobody can. */
  askPerson?: AskPerson;
  /** Aborted by Stop, by a lost lease, and when the runner ends. */
  signal: AbortSignal;
  /** Settles at once while nobody has aborted; else when no agent, and nothing that one has started, lives any more. */
  quiet(): Promise<void>;
  /** Settles when the lease is known to be held (true) or lost (false). */
  mayMoveBranch(): Promise<boolean>;
  /** The branch has a new head, and these objects more than before. Settles when it is published, or was refused. */
  onPromoted(commit: string, objects: string[]): Promise<void>;
}

/** A step of an attempt: null when the next step may begin, else how the attempt ended. */
export type RunStep = (context: JobContext) => Promise<Ended | null>;

export function endedBy(result: Ended['result'], code: FailureCode | null, message: string, retryAfterMs: number | null = null): Ended {
  return { result, code, message, retryAfterMs };
}

export type JobEnded = Omit<FactOf<'job_ended'>, 'atMs'>;
export type { Step };
