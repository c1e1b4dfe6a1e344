import type { AnnounceLife, MachineNeed, ReportLife } from '@specwright/protocol/pull.ts';
import type { Actor } from '@specwright/protocol/run-event.ts';
import type { RunnerSettings } from './runner-state.ts';

/** What comes to dispatch. Clock and ids come with the command. */
export type DispatchCommand = { now: number } & (
  | ({ kind: 'register'; runId: string; reopened: boolean } & Registration)
  | { kind: 'went_live'; runId: string }
  | { kind: 'left'; runId: string }
  | { kind: 'enqueue'; need: MachineNeed; messageId: string }
  | { kind: 'withdraw'; runId: string }
  | { kind: 'pull'; runnerId: string; batchSize: number; visibilityMs: number; leaseIds: string[] }
  | { kind: 'ack'; acks: string[]; retries: { leaseId: string; delayMs: number }[] }
  | { kind: 'set_runner'; settings: RunnerSettings }
  | { kind: 'revoke_runner'; runnerId: string }
  | { kind: 'announce'; runnerId: string; runnerName: string; life: AnnounceLife }
  | { kind: 'report'; runnerId: string; report: ReportLife }
  | { kind: 'silent'; runnerId: string }
  | { kind: 'told'; id: string; runId: string }
);
export type CommandOf<K extends DispatchCommand['kind']> = Extract<DispatchCommand, { kind: K }>;

/** What dispatch keeps of a run beside its id. */
export interface Registration {
  projectId: string;
  specId: string;
  specTitle: string;
  addedBy: Actor | null;
  maxActive: number;
}
