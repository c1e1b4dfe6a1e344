import type { Answers, Question } from '@specwright/protocol/question.ts';
import type { FailureCode } from '@specwright/protocol/runner-fact.ts';
import type { Usage } from '@specwright/protocol/usage.ts';

/**
 * The one contract behind which every coding agent stands. An agent is opened for one worktree (a run on this machine),
 * carries out tasks one at a time, and is closed with the worktree. Step, budget, silence and output limits are held by
 * the adapter's watch (watch-limits.ts), for every agent alike; what an agent enforces by itself is a bonus.
 */
export interface Agent {
  /** The id from the configuration, e.g. `glm`. */
  readonly id: string;
  readonly type: 'opencode' | 'claude-code' | 'acp' | 'command' | 'model';
  readonly version: string | null;
  readonly model: string | null;
  /** Whether a session can be forked, so that what is tried in the fork leaves the session as it was. null: known with the first task. */
  readonly forks: boolean | null;
  /** Carries out one task. Never throws for what an agent can do wrong: that is in the answer. */
  run(task: AgentTask): Promise<AgentEnd>;
  /** Ends the agent's server and every process it left, within a second. Safe to call twice. */
  close(): Promise<void>;
}

export interface AgentTask {
  jobId: string;
  /** A reviewer and a reader have read-only tools (read, grep, glob); a reviewer judges a change, a reader answers a question. */
  role: 'executor' | 'reviewer' | 'reader';
  prompt: string;
  /** Go on in this session (a question asked again); null: a new one. */
  sessionId: string | null;
  /** Go on in a fork of `sessionId`, which stays as it was. An agent that cannot fork begins a new session with `wholePrompt`. */
  fork?: boolean;
  /** The prompt with all its context, for a new session where `sessionId` is lost or cannot be gone on in. Default: `prompt`. */
  wholePrompt?: string;
  /** Instead of the tool's own model. */
  model?: string;
  /** For agents that turn to another model by themselves; `ask` does it for the others. */
  fallbackModel?: string;
  /** JSON Schema (draft 7) of the answer, for agents that hold their model to one; `ask` checks every answer itself. */
  schema?: Record<string, unknown>;
  limits: AgentLimits;
  /** Aborted by Stop and by lost leases: the agent and its children are dead within a second. */
  signal: AbortSignal;
  onEvent(event: AgentEvent): void;
  /** A person can answer what the agent asks; absent: nobody can, and it is not offered to ask. */
  askPerson?: AskPerson;
}

/**
 * Asks a person, and settles with the answers in the order of the questions, or with null when nobody answers any more: the signal was
 * aborted. It may take days: the adapter lets the task's limits of time stand meanwhile (LimitWatch.waitFor).
 */
export type AskPerson = (questions: Question[], signal: AbortSignal) => Promise<Answers | null>;

export interface AgentLimits {
  /** Model turns; the task ends with AGENT_STEP_LIMIT above it. */
  steps: number;
  costMicros: number | null;
  tokens: number | null;
  /** Milliseconds without any event from the agent: AGENT_SILENT. */
  silentMs: number;
  /** Milliseconds in all: AGENT_TIMEOUT. */
  deadlineMs: number;
  /** Bytes of output in all: AGENT_FLOODED. */
  outputBytes: number;
}

export type AgentEvent =
  /** Its program runs; it has said nothing yet. */
  | { kind: 'started' }
  | { kind: 'session'; sessionId: string }
  /** Streaming text of a part; parts are whole at `part_ended`. */
  | { kind: 'text'; part: string; role: 'text' | 'thought' | 'output'; delta: string }
  | { kind: 'part_ended'; part: string; role: 'text' | 'thought'; text: string }
  | {
      kind: 'tool';
      callId: string;
      tool: string;
      status: 'pending' | 'running' | 'completed' | 'failed';
      title: string;
      input: string;
      output: string;
    }
  /** The sum of this task so far. */
  | { kind: 'usage'; usage: Usage }
  | { kind: 'retry'; reason: string; waitMs: number | null };

export interface AgentEnd {
  status: 'ok' | 'failed' | 'aborted' | 'over_budget' | 'provider_fault' | 'runner_fault';
  code: FailureCode | null;
  /** A sentence for people; empty with ok. */
  message: string;
  /** The agent's last text. */
  text: string;
  sessionId: string | null;
  /** How the session came to be; left out where there was none. */
  begun?: 'new' | 'resumed' | 'forked';
  usage: Usage;
  /** With a provider fault: milliseconds to wait; null: a person must act (a wrong key). */
  retryAfterMs: number | null;
}

/** Where an agent works. */
export interface AgentPlace {
  runId: string;
  worktree: string;
  /** A folder of this run's own, outside the worktree, for the agent's home and state. */
  home: string;
  /** The allow-listed environment; it carries the mark by which every process of this run is found. */
  env: Record<string, string>;
  /** The value of SPECWRIGHT_MARK in `env`. */
  mark: string;
  signal: AbortSignal;
}
