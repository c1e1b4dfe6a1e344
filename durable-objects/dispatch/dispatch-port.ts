import type { Refusal } from '@specwright/protocol/error-code.ts';
import type { AnnounceLife, MachineNeed, PulledMessage, ReportLife } from '@specwright/protocol/pull.ts';
import type { RunStatus } from '@specwright/protocol/run-state.ts';
import type { ObjectEnv } from '../env.ts';
import type { Registration } from './dispatch-command.ts';
import type { CommandRun, CreateRun } from './run-port.ts';
import type { LiveRunner, RunnerSettings } from './runner-state.ts';

export interface StartInput {
  specId: string;
  projectId: string;
  /** How many runs of the project may be at work at once. */
  maxActive: number;
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

/** What may be asked of an organisation's dispatch. */
export interface DispatchPort {
  /** Makes, opens again or attaches to the one live run of a spec. */
  start(input: StartInput): Promise<Started | LookAgain | Refusal>;
  /** Passes a person's command to a run that may be at rest, keeping "one live run per spec". */
  reopen(input: ReopenInput): Promise<{ status: RunStatus; seq: number } | Refusal>;
  enqueue(need: MachineNeed): Promise<void>;
  withdraw(runId: string): Promise<void>;
  rested(runId: string): Promise<void>;
  pull(runnerId: string, batchSize: number): Promise<PullResult>;
  ack(acks: string[], retries: { leaseId: string; delayMs: number }[]): Promise<AckResult>;
  announce(runnerId: string, runnerName: string, life: AnnounceLife): Promise<void>;
  report(runnerId: string, report: ReportLife): Promise<void>;
  /** After a registration, and after each change that people make. */
  setRunner(runnerId: string, settings: SetRunner): Promise<void>;
  /** Closes its doorbells, ends its leases, offers its work to others. */
  revokeRunner(runnerId: string): Promise<void>;
  /** How each runner that ever announced itself is now. */
  runners(): Promise<LiveRunner[]>;
  needs(): Promise<QueueEntry[]>;
  ensure(): Promise<void>;
  fetch(request: Request): Promise<Response>;
}

/** The dispatch of this organisation. */
export function dispatchPort(env: Pick<ObjectEnv, 'DISPATCH'>, organisationId: string): DispatchPort {
  return env.DISPATCH.get(env.DISPATCH.idFromName(organisationId)) as unknown as DispatchPort;
}
