import type { ErrandAnswer } from '@specwright/protocol/errand.ts';
import type { Refusal } from '@specwright/protocol/error-code.ts';
import type { AnnounceLife, MachineNeed, PulledMessage, ReportLife, RunnerOrders } from '@specwright/protocol/pull.ts';
import type { Actor } from '@specwright/protocol/run-event.ts';
import type { RunNews } from '@specwright/protocol/run-news.ts';
import type { RunStatus } from '@specwright/protocol/run-state.ts';
import type { ObjectEnv } from '../env.ts';
import type { Move, Registration } from './dispatch-command.ts';
import type { ProjectSettings } from './dispatch-state.ts';
import type { ErrandResult, ErrandWish } from './errands.ts';
import type { CommandRun, CreateRun } from './run-port.ts';
import type { LiveRunner, RunnerSettings } from './runner-state.ts';
import type { QueueView, WorkersView } from './workers-view.ts';

export interface StartInput {
  specId: string;
  projectId: string;
  priority: number;
  /** What the project's row says of its line. */
  line: ProjectSettings;
  /** The run to make when the spec has none that lives. */
  run: CreateRun;
  /** A run at rest to open again instead of making one. */
  reopen: { runId: string; command: CommandRun } | null;
}

export interface ReopenInput extends Registration {
  runId: string;
  command: CommandRun;
}

/** What people set of a runner. */
export type SetRunner = Omit<RunnerSettings, 'runnerId' | 'note'> & { note?: string | null };

export interface Started {
  runId: string;
  /** The run was already going. */
  attached: boolean;
  /** The number of the last event before what this start brought; 0 for a new run, null when attached. */
  seq: number | null;
}

export interface PullResult {
  message_backlog_count: number;
  messages: PulledMessage[];
  /** What people said of this runner. */
  orders: RunnerOrders;
}

export interface AckResult {
  ackCount: number;
  retryCount: number;
  warnings: Record<string, string>;
}

export interface QueueEntry {
  runId: string;
  projectId: string;
  specId: string;
  addedAt: number;
  /** Why it is not offered to runners; null: it is. */
  reason: string | null;
}

/** The run that seemed to go on had just come to rest: what the plan was made from may be older than its end. */
export interface LookAgain {
  lookAgain: string;
}

/** What may be asked of an organisation's dispatch. Refusals are answers; only a broken edge throws. */
export interface DispatchPort {
  /** Makes, opens again or attaches to the one live run of a spec. */
  start(input: StartInput): Promise<Started | LookAgain | Refusal>;
  /** Passes a person's command to a run that may be at rest, keeping "one live run per spec" and the limits. */
  reopen(input: ReopenInput): Promise<{ status: RunStatus; seq: number } | Refusal>;

  /** From runs: each may come twice, late or never. */
  enqueue(need: MachineNeed): Promise<void>;
  withdraw(runId: string): Promise<void>;
  rested(runId: string, news?: RunNews): Promise<void>;
  tell(news: RunNews): Promise<void>;

  /** From runners. */
  pull(runnerId: string, batchSize: number): Promise<PullResult>;
  ack(acks: string[], retries: { leaseId: string; delayMs: number }[]): Promise<AckResult>;
  announce(runnerId: string, runnerName: string, life: AnnounceLife): Promise<void>;
  report(runnerId: string, report: ReportLife): Promise<void>;
  /** False: nobody waits for it any more. */
  errandAnswered(runnerId: string, errandId: string, answer: ErrandAnswer): Promise<boolean>;

  /** After a registration, and after each change that people make. */
  setRunner(runnerId: string, settings: SetRunner): Promise<void>;
  /** Closes its doorbells, ends its leases, offers its work to others. */
  revokeRunner(runnerId: string): Promise<void>;
  /** Forgets its faults and rings `check`: what is still wrong it reports again. */
  checkRunner(runnerId: string): Promise<void>;
  /** How each runner that ever announced itself is now. */
  runners(): Promise<LiveRunner[]>;

  /** From people. */
  /** Asks a machine that serves the repository, and waits for its answer. */
  errand(wish: ErrandWish): Promise<ErrandResult>;
  workers(): Promise<WorkersView>;
  needs(): Promise<QueueEntry[]>;
  /**
   * Answers with the queue as it is then; refuses NOT_FOUND for what does not wait in one of these projects (null: in any), CONFLICT for
   * entries of two queues.
   */
  reorder(move: Move, projectIds: string[] | null): Promise<Refusal | QueueView>;
  prioritise(runId: string, priority: number, by: Actor | null): Promise<Refusal | null>;
  /** Takes out of the queue what was not begun, and stops it; refuses RUN_ACTIVE for what has just begun. */
  remove(runId: string, by: Actor | null): Promise<Refusal | null>;
  pauseProject(projectId: string, paused: boolean, by: Actor | null): Promise<void>;
  setProject(projectId: string, settings: ProjectSettings): Promise<void>;
  /** Before a project is deleted: begins nothing in it any more. Answers the runs that are known here. */
  closeProject(projectId: string): Promise<string[]>;
  setOrganisation(settings: { maxActive: number }): Promise<void>;
  /** A person is just telling a run something: those who watch are told whose deed its next change is. */
  noteAct(runId: string, did: string, by: Actor): Promise<void>;
  /** Somebody lost a right: everybody who watches is looked at again. */
  recheckPages(): Promise<void>;

  ensure(): Promise<void>;
  /** `/doorbell` for runners, `/workers?since=` for people. */
  fetch(request: Request): Promise<Response>;
}

/** The dispatch of this organisation. */
export function dispatchPort(env: Pick<ObjectEnv, 'DISPATCH'>, organisationId: string): DispatchPort {
  return env.DISPATCH.get(env.DISPATCH.idFromName(organisationId)) as unknown as DispatchPort;
}
