import { addUsage, NO_USAGE, type Usage } from '@specwright/protocol/usage.ts';
import type { Agent, AgentEnd, AgentEvent, AgentLimits, AgentTask } from '../agents/agent.ts';
import { makeTexts } from './agent-texts.ts';
import type { JobContext } from './job-context.ts';
import { headOf, tailOf } from './mask.ts';

/** Between two reports of the same tool's growing output, or of usage, while somebody watches. */
const REPEAT_MS = 500;

interface Work {
  role: 'executor' | 'reviewer';
  prompt: string;
  limits: AgentLimits;
  run(task: AgentTask): Promise<AgentEnd>;
}

/** Gives an agent its task and reports what it does: masked, cut, and only as often as somebody needs it. */
export async function runAgent(context: JobContext, agent: Agent, work: Work): Promise<AgentEnd> {
  const { attempt, job } = context;
  const spent = addUsage(attempt.executorUsage, attempt.reviewerUsage);
  const setUsage = (usage: Usage) => {
    if (work.role === 'executor') attempt.executorUsage = usage;
    else attempt.reviewerUsage = usage;
  };
  setUsage(NO_USAGE);
  const watch = reportEvents(context, agent, work.role, setUsage);
  const end = await work.run({
    jobId: job.id,
    role: work.role,
    prompt: work.prompt,
    sessionId: null,
    limits: withinBudget(work.limits, job.limits, { ...spent, costMicros: (spent.costMicros ?? 0) + attempt.keptMicros }),
    signal: context.signal,
    onEvent: watch.onEvent,
    ...(work.role === 'executor' && context.askPerson && { askPerson: context.askPerson }),
  });
  setUsage(end.usage);
  await watch.settled();
  context.report({ kind: 'usage_reported', jobId: job.id, usage: addUsage(attempt.executorUsage, attempt.reviewerUsage) });
  return end;
}

/** The job's part of the run's budget, less what its earlier steps have spent. */
function withinBudget(limits: AgentLimits, budget: { costMicros: number | null; tokens: number | null }, spent: Usage): AgentLimits {
  const left = (most: number | null, used: number) => (most === null ? null : Math.max(0, most - used));
  const least = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.min(a, b));
  return {
    ...limits,
    costMicros: least(limits.costMicros, left(budget.costMicros, spent.costMicros ?? 0)),
    tokens: least(limits.tokens, left(budget.tokens, spent.inputTokens + spent.outputTokens)),
  };
}

function reportEvents(context: JobContext, agent: Agent, role: 'executor' | 'reviewer', setUsage: (usage: Usage) => void) {
  const { job, report, mask, attempt } = context;
  let started = false;
  let usageAt = Number.NEGATIVE_INFINITY;
  // Pieces are hashed asynchronously; facts keep the order of what happened.
  let order: Promise<void> = Promise.resolve();
  const inOrder = (work: () => void | Promise<void>) => {
    order = order.then(work);
  };
  const start = (sessionId: string | null) => {
    if (started) return;
    started = true;
    const { id, type, version, model } = agent;
    inOrder(() => report({ kind: 'agent_started', jobId: job.id, role, agent: id, type, version, model, sessionId }));
  };
  const texts = makeTexts(context, role, inOrder);
  const tool = makeToolReports(context, inOrder);
  const onEvent = (event: AgentEvent) => {
    start(event.kind === 'session' ? event.sessionId : null);
    if (event.kind === 'started') return;
    if (event.kind === 'text') texts.write(event);
    else if (event.kind === 'part_ended') texts.end(event);
    else if (event.kind === 'tool') tool(event);
    else if (event.kind === 'retry')
      inOrder(() => report({ kind: 'agent_retried', jobId: job.id, reason: headOf(mask(event.reason), 1000), waitMs: event.waitMs }));
    else if (event.kind === 'usage') {
      setUsage(event.usage);
      if (performance.now() - usageAt < REPEAT_MS) return;
      usageAt = performance.now();
      inOrder(() => report({ kind: 'usage_reported', jobId: job.id, usage: addUsage(attempt.executorUsage, attempt.reviewerUsage) }));
    }
  };
  return {
    onEvent,
    settled() {
      start(null);
      texts.endAll();
      return order;
    },
  };
}

/** A tool's call is told at each change of its status; its growing output only while somebody watches. */
function makeToolReports({ job, mask, report, isWatched }: JobContext, inOrder: (work: () => void) => void) {
  const seen = new Map<string, { status: string; at: number }>();
  return (event: Extract<AgentEvent, { kind: 'tool' }>) => {
    const before = seen.get(event.callId);
    const now = performance.now();
    if (before?.status === event.status && (!isWatched() || now - before.at < REPEAT_MS)) return;
    // Arguments still being written say nothing yet: unwatched, a call is told once it runs.
    if (event.status === 'pending' && !isWatched()) return;
    seen.set(event.callId, { status: event.status, at: now });
    const { callId, status } = event;
    // What still grows may end within a secret.
    const shown = status === 'completed' || status === 'failed' ? mask : mask.partial;
    const texts = {
      tool: headOf(event.tool, 200),
      title: headOf(mask(event.title), 500),
      input: headOf(shown(event.input), 4000),
      output: tailOf(shown(event.output), 4000),
    };
    inOrder(() => report({ kind: 'tool_called', jobId: job.id, callId, status, ...texts }));
  };
}
