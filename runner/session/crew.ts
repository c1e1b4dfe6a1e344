import type { Configuration, RunSettings } from '@specwright/protocol/run-plan.ts';
import type { Verdict } from '@specwright/protocol/verdict.ts';
import type { Agent, AgentEnd, AgentLimits, AgentPlace, AgentTask } from '../agents/agent.ts';

export interface Check {
  name: string;
  command: string;
  required: boolean;
  timeoutMs: number;
}

/** Who works on a run in one worktree, and by which rules: made from the repository's configuration, closed with the worktree. */
export interface Crew {
  configuration: Configuration;
  /** Rules of the repository's configuration, each a sentence for the agents. */
  rules: string[];
  /** Makes what git does not carry (dependencies); null: nothing to make. */
  setup: { command: string; timeoutMs: number } | null;
  checks: Check[];
  warnings: string[];
  limits: { executor: AgentLimits; reviewer: AgentLimits };
  /** Opened at the first call, kept until `close`. */
  executor(): Promise<Agent>;
  reviewer(): Promise<Agent>;
  /** Who plans and decides, by typed calls (agents/ask.ts), and the model that is asked where its own fails. */
  planner(): Promise<{ agent: Agent; fallbackModel: string | null }>;
  /** Asks the reviewer for a verdict; null: it gave none that fits the schema, and `end` says why. */
  review(reviewer: Agent, task: AgentTask): Promise<{ verdict: Verdict | null; end: AgentEnd }>;
  /** Ends the agents and all their processes. Safe to call twice; the next call of executor() opens a new one. */
  close(): Promise<void>;
}

export type CrewAnswer = { ok: true; crew: Crew } | { ok: false; file: string | null; line: number | null; message: string };

/** Reads the configuration in the worktree, before any work. A wrong one is an answer, never thrown. */
export type OpenCrew = (place: AgentPlace, settings: RunSettings) => Promise<CrewAnswer>;
