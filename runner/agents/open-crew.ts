import type { AnnounceLife } from '@specwright/protocol/pull.ts';
import { verdictSchema } from '@specwright/protocol/verdict.ts';
import type { Resolved } from '../configuration/resolve.ts';
import type { ToolConfiguration } from '../configuration/tool-configuration.ts';
import type { Durations } from '../durations.ts';
import type { Crew, OpenCrew } from '../session/crew.ts';
import type { Agent, AgentEnd, AgentLimits, AgentPlace } from './agent.ts';
import { ask } from './ask.ts';
import { openAgent } from './open-agent.ts';

export interface CrewOptions {
  environment: Record<string, string | undefined>;
  found: AnnounceLife['found'];
  durations: Pick<Durations, 'CHECK_TIMEOUT_MS' | 'SETUP_TIMEOUT_MS' | 'AGENT_SILENT_MS' | 'AGENT_DEADLINE_MS'>;
}

/** Model turns of one task; each is a bound against endless loops, not an aim. */
const EXECUTOR_STEPS = 100;
const REVIEWER_STEPS = 40;
const OUTPUT_BYTES = 20 * 1024 * 1024;

/** Makes crews from the repository's configuration and the agents of this machine. */
export function makeOpenCrew(options: CrewOptions): OpenCrew {
  return async (place, settings) => {
    const { environment, found } = options;
    // Loaded with the first run: until then a runner is small.
    const { resolveConfiguration } = await import('../configuration/resolve.ts');
    const resolved = await resolveConfiguration({ worktree: place.worktree, settings, environment, found });
    return resolved.ok ? { ok: true, crew: crewOf(resolved, place, options) } : resolved;
  };
}

function crewOf(resolved: Resolved, place: AgentPlace, options: CrewOptions): Crew {
  const { durations, environment } = options;
  const open = new Map<ToolConfiguration, Promise<Agent>>();
  const agentFor = (tool: ToolConfiguration) => {
    const agent = open.get(tool) ?? openAgent(tool, place, environment);
    open.set(tool, agent);
    return agent;
  };
  const { configuration, setup, checks, warnings, budgets } = resolved;
  const costMicros = budgets.chunkUsd === undefined ? null : Math.round(budgets.chunkUsd * 1_000_000);
  const limits = (steps: number): AgentLimits => ({
    steps,
    costMicros,
    tokens: budgets.chunkTokens ?? null,
    silentMs: durations.AGENT_SILENT_MS,
    deadlineMs: durations.AGENT_DEADLINE_MS,
    outputBytes: OUTPUT_BYTES,
  });
  return {
    configuration,
    rules: resolved.rules.split('\n').filter((rule) => rule.trim() !== ''),
    setup: setup === null ? null : { command: setup, timeoutMs: durations.SETUP_TIMEOUT_MS },
    checks: checks.map(({ name, command, required, timeoutMs }) => ({
      name,
      command,
      required,
      timeoutMs: timeoutMs ?? durations.CHECK_TIMEOUT_MS,
    })),
    warnings,
    limits: { executor: limits(EXECUTOR_STEPS), reviewer: limits(REVIEWER_STEPS) },
    executor: () => agentFor(resolved.executor),
    reviewer: () => agentFor(resolved.reviewer),
    planner: async () => ({ agent: await agentFor(resolved.planner), fallbackModel: resolved.planner.fallbackModel }),
    async review(reviewer, { prompt, ...task }) {
      const answer = await ask(verdictSchema, prompt, { ...task, agent: reviewer, fallbackModel: resolved.reviewer.fallbackModel });
      if (!answer.ok) return { verdict: null, end: answer.end };
      const { value, usage, sessionId } = answer;
      const end: AgentEnd = { status: 'ok', code: null, message: '', text: value.summary, sessionId, usage, retryAfterMs: null };
      return { verdict: value, end };
    },
    async close() {
      const agents = [...open.values()];
      open.clear();
      await Promise.all(
        agents.map((agent) =>
          agent.then(
            (opened) => opened.close(),
            () => {},
          ),
        ),
      );
    },
  };
}
