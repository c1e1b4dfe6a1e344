import type { AnnounceLife, MachineNeed, ReportLife } from '@specwright/protocol/pull.ts';
import type { Actor } from '@specwright/protocol/run-event.ts';
import type { RunNews } from '@specwright/protocol/run-news.ts';
import type { ProjectSettings } from './dispatch-state.ts';
import type { RunnerSettings } from './runner-state.ts';

/** What dispatch keeps of a run beside its id. */
export interface Registration {
  projectId: string;
  specId: string;
  specTitle: string;
  addedBy: Actor | null;
  priority: number;
  /** What the project's row says now; null: not known, what was said before holds. */
  line: ProjectSettings | null;
}

/** What a person wishes of one entry of a queue. */
export interface Move {
  runId: string;
  anchorId: string;
  place: 'before' | 'after';
  by: Actor | null;
}

type FromRuns =
  | ({ kind: 'register'; runId: string; reopened: boolean } & Registration)
  | { kind: 'went_live'; runId: string }
  | { kind: 'left'; runId: string; news: RunNews | null }
  | { kind: 'news'; news: RunNews }
  | { kind: 'enqueue'; need: MachineNeed; messageId: string }
  | { kind: 'withdraw'; runId: string }
  /** It was asked: nobody works on it, and it was never begun. */
  | { kind: 'return_slot'; runId: string }
  /** It was asked: it is paused, for longer than its project lets it keep its slot. */
  | { kind: 'give_back'; runId: string };

type FromRunners =
  | { kind: 'pull'; runnerId: string; batchSize: number; visibilityMs: number; leaseIds: string[]; isHeard: boolean }
  | { kind: 'ack'; acks: string[]; retries: { leaseId: string; delayMs: number }[] }
  | { kind: 'announce'; runnerId: string; runnerName: string; life: AnnounceLife }
  | { kind: 'report'; runnerId: string; report: ReportLife }
  | { kind: 'silent'; runnerId: string }
  | { kind: 'told'; id: string; runId: string };

type FromPeople =
  | { kind: 'set_runner'; settings: RunnerSettings }
  | { kind: 'revoke_runner'; runnerId: string }
  | { kind: 'check_runner'; runnerId: string }
  | { kind: 'set_project'; projectId: string; settings: ProjectSettings }
  | { kind: 'pause_project'; projectId: string; paused: boolean; by: Actor | null }
  | { kind: 'close_project'; projectId: string }
  | { kind: 'set_organisation'; maxActive: number }
  | ({ kind: 'reorder' } & Move)
  | { kind: 'prioritise'; runId: string; priority: number; by: Actor | null }
  | { kind: 'remove'; runId: string; by: Actor | null }
  | { kind: 'want_resume'; runId: string; by: Actor | null }
  | { kind: 'resumed'; runId: string };

/** What comes to dispatch. Clock and ids come with the command. */
export type DispatchCommand = { now: number } & (FromRuns | FromRunners | FromPeople | { kind: 'tick' });
export type CommandOf<K extends DispatchCommand['kind']> = Extract<DispatchCommand, { kind: K }>;
