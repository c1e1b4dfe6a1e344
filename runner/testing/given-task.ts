import type { AgentEvent, AgentLimits, AgentTask } from '../agents/agent.ts';

/** For agents that play a script: far above what one takes. */
export const LIMITS: AgentLimits = {
  steps: 20,
  costMicros: null,
  tokens: null,
  silentMs: 60_000,
  deadlineMs: 120_000,
  outputBytes: 5_000_000,
};

let jobs = 0;

/** A task as a scripted model knows it, by its job and its chunk; what is told of it is kept in `events`. */
export function taskFor(chunk: string, more: Partial<AgentTask> = {}): AgentTask & { events: AgentEvent[] } {
  const events: AgentEvent[] = [];
  const role = more.role ?? 'executor';
  const jobId = `run_1/chk_${++jobs}/1/1`;
  const prompt = `Job: ${jobId}\nChunk: ${chunk}\nRole: ${role}\n\nDo what the chunk says.`;
  const base = { jobId, role, prompt, sessionId: null, limits: LIMITS, signal: new AbortController().signal };
  return { ...base, onEvent: (event) => events.push(event), events, ...more };
}
