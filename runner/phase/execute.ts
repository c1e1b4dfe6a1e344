import type { PhaseJob } from '@specwright/protocol/phase.ts';
import { addUsage, NO_USAGE } from '@specwright/protocol/usage.ts';
import type { Agent, AgentEnd } from '../agents/agent.ts';
import { runAgent } from '../job/agent-task.ts';
import { type Ended, endedBy, type JobContext } from '../job/job-context.ts';
import { endOf, snapshot } from '../job/steps/execute.ts';
import { commandsOf, type PhaseCommand, repositoryCommand } from './commands.ts';
import { diagnose } from './diagnose.ts';
import { look } from './look.ts';
import { phasePrompt } from './prompt.ts';
import { readTasks, remaining } from './read-tasks.ts';

/**
 * The agent carries out the stage's commands, one after another in one session; then its files are taken as a snapshot, also when it failed or was
 * stopped: what it did is there for the next attempt.
 */
export async function executePhase(context: JobContext): Promise<Ended | null> {
  const { attempt, job, place } = context;
  const { phase } = job;
  if (phase === undefined || phase.stage === 'merge') throw new Error('nothing for an agent');
  const commands = commandsFor(place.worktree.path, phase);
  if (commands === null) return endedBy('runner_fault', 'CONFIGURATION_INVALID', noCommand(phase.command));
  const { ended, diagnosis } = await diagnose(context);
  if (ended !== null) return ended;
  const agent = await place.crew.executor();
  // A plain command has no words to ask with.
  const mayAsk = context.askPerson !== undefined && agent.type !== 'command';
  let session = sessionToForkFrom(phase, agent);
  let failed: Ended | null = null;
  for (const command of commands) {
    const prompt = phasePrompt(job, command, { left: leftOf(context), diagnosis, mayAsk });
    const end = await runCommand(context, agent, { prompt, session });
    if (session?.fork) tellHowBegun(context, end);
    attempt.summary = end.text;
    session = { sessionId: end.sessionId, fork: false };
    if (context.signal.aborted || end.status === 'ok') failed = context.signal.aborted ? endedBy('stopped', null, 'Stopped.') : null;
    else failed = endOf(end);
    if (failed !== null) break;
  }
  // What is kept of a batch that was stopped is what stands there when nothing writes any more.
  await context.quiet();
  await snapshot(context);
  return failed;
}

interface Session {
  sessionId: string | null;
  fork: boolean;
}

/** A heal knows what the attempt before it said and saw, where this agent still has its session; that one stays as it was. */
function sessionToForkFrom({ forkFrom }: PhaseJob, agent: Agent): Session | null {
  return forkFrom?.agentType === agent.type && agent.forks !== false ? { sessionId: forkFrom.sessionId, fork: true } : null;
}

function runCommand(context: JobContext, agent: Agent, { prompt, session }: { prompt: string; session: Session | null }) {
  const { attempt, job, place } = context;
  // The steps' sum is the job's: each call counts its own.
  attempt.reviewerUsage = addUsage(attempt.reviewerUsage, attempt.executorUsage);
  attempt.executorUsage = NO_USAGE;
  const limits = { ...place.crew.limits.executor, steps: job.phase?.maxSteps ?? place.crew.limits.executor.steps };
  return runAgent(context, agent, { role: 'executor', prompt, limits, run: (task) => agent.run({ ...task, ...session }) });
}

function tellHowBegun({ job, report }: JobContext, { begun, sessionId }: AgentEnd): void {
  if (sessionId === null) return;
  const message =
    begun === 'forked'
      ? 'The heal goes on in a fork of the session that failed.'
      : 'The session that failed is not here any more, or cannot be forked: the heal goes on in a new one.';
  report({ kind: 'noticed', jobId: job.id, level: 'info', message });
}

/** Null: the repository has no command of the name that was asked for. */
function commandsFor(worktree: string, phase: PhaseJob): PhaseCommand[] | null {
  if (phase.stage === 'merge') return [];
  if (phase.stage !== 'command') return commandsOf(worktree, phase.stage, look(worktree, phase).files.spec);
  const command = phase.command === null ? null : repositoryCommand(worktree, phase.command);
  return command === null ? null : [command];
}

function noCommand(name: string | null): string {
  return `The repository has no command ${name ?? ''} on this branch: looked for flow.${name}, specflow.${name}, speckit.${name} and ${name}, as in .claude/commands/${name}.md.`;
}

/** The tasks of the batch that the worktree's file does not have as done. */
export function leftOf({ job, place }: JobContext) {
  const { batch = null, taskFile = null } = job.phase ?? {};
  if (batch === null || taskFile === null) return [];
  const read = readTasks(place.worktree.path, taskFile);
  return 'file' in read ? remaining(read.file, batch.tasks) : batch.tasks;
}
