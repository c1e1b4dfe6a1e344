import type { RunView } from '@specwright/protocol/api.ts';
import type { Refusal } from '@specwright/protocol/error-code.ts';
import type { Piece } from '@specwright/protocol/piece.ts';
import type { MachineCommand, PersonCommand } from '@specwright/protocol/run-command.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import type { RunStatus } from '@specwright/protocol/run-state.ts';
import type { ObjectEnv } from '../env.ts';

export type CreateRun = Omit<Extract<MachineCommand, { kind: 'create' }>, 'kind'> & { pieces: Piece[] };
export type CommandRun = PersonCommand & { pieces?: Piece[] };

/** What may be asked of a run from outside. Refusals are answers; only a broken edge throws. */
export interface RunPort {
  /** Idempotent by run id; a tombstone refuses. */
  create(input: CreateRun): Promise<{ seq: number } | Refusal>;
  command(command: CommandRun): Promise<{ status: RunStatus; seq: number } | Refusal>;
  view(): Promise<RunView | null>;
  /** Events above `after`, at most `limit` (1,000). */
  events(after: number, limit: number): Promise<StoredEvent[]>;
  piece(hash: string): Promise<string | null>;
  /** Somebody in the organisation lost a right: pages that may no longer see this run are closed. */
  recheckPages(): Promise<void>;
  /** `runnerId`: who says so of its own life; null: not known. */
  lifeEnded(lifeId: string, runnerId: string | null): Promise<void>;
  /** This runner was revoked: its sockets close, its lease is lost. */
  runnerGone(runnerId: string): Promise<void>;
  /** Whether the credential is that of the job which is out. */
  jobMayUpload(jobId: string, credential: string): Promise<boolean>;
  /** Keeps the run's commits as a git bundle. Refuses a job that is over, and more than MAX_BUNDLE_BYTES. */
  keepBundle(jobId: string, credential: string, bytes: ArrayBuffer): Promise<Refusal | null>;
  /** Null: none was kept, or the run is not in this runner's hands. */
  bundleFor(runnerId: string): Promise<ArrayBuffer | null>;
  ensure(): Promise<void>;
  /** Leaves a tombstone: the id can never be created again. */
  destroy(): Promise<void>;
  fetch(request: Request): Promise<Response>;
}

/** The run of this id. Cast once, here: the platform's own stub type wraps every answer beyond use. */
export function runPort(env: Pick<ObjectEnv, 'RUNS'>, runId: string): RunPort {
  return env.RUNS.get(env.RUNS.idFromName(runId)) as unknown as RunPort;
}
