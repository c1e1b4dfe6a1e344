import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { type CreateRun, runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import type { Project } from '@specwright/protocol/api.ts';
import { isRefusal, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { newId } from '@specwright/protocol/id.ts';
import type { OrchestrationConfig } from '@specwright/protocol/phase.ts';
import { makePiece } from '@specwright/protocol/piece.ts';
import { DEFAULT_RUN_SETTINGS, type RunSettings } from '@specwright/protocol/run-plan.ts';
import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { branchName } from './branch-name.ts';
import { lineSettings } from './line-settings.ts';
import { actorOf, noteRun } from './start-run.ts';

function titleOf({ command }: OrchestrationConfig): string {
  return command === null ? 'Complete Phase' : `Run ${command}`;
}

/** What stands in the spec's place of a phase's run: dispatch's "one live run per spec" makes it one orchestration a project. */
export function phaseSpecId(projectId: string): string {
  return `phase:${projectId}`;
}

export type PhaseStart = { runId: string } | Refusal | { active: string };

/** Starts an orchestration. `active`: one is going already, and nothing was started. */
export async function startPhase(env: WorkerEnv, caller: Caller, project: Project, config: OrchestrationConfig): Promise<PhaseStart> {
  if (project.archivedAt !== null) return refuse('PROJECT_ARCHIVED', 'The project is archived. Restore it first.');
  const run = await phaseRun(caller, project, config);
  const specId = phaseSpecId(project.id);
  const priority = project.settings.defaultPriority ?? 0;
  const input = { specId, projectId: project.id, priority, line: lineSettings(env, project), run, reopen: null };
  const dispatch = dispatchPort(env, project.organisationId);
  let started = await dispatch.start(input);
  // The run before had just ended, and says so when it is asked.
  if ('lookAgain' in started) {
    await runPort(env, started.lookAgain).ensure();
    started = await dispatch.start(input);
  }
  if ('lookAgain' in started) return refuse('UNAVAILABLE', 'The orchestration before is just ending. Try again in a moment.');
  if (isRefusal(started)) return started;
  if (started.attached) return { active: started.runId };
  await noteRun(env, run);
  return { runId: started.runId };
}

async function phaseRun(caller: Caller, project: Project, config: OrchestrationConfig): Promise<CreateRun> {
  const runId = newId('run');
  const piece = await makePiece(config.additionalContext);
  return {
    ...{
      runId,
      organisationId: project.organisationId,
      projectId: project.id,
      specId: phaseSpecId(project.id),
      specTitle: titleOf(config),
    },
    ...{
      branch: branchName(titleOf(config), runId),
      startFrom: null,
      repository: project.repository,
      settings: settingsOf(project, config),
    },
    plan: { kind: 'phase', specPiece: piece.hash, items: [], config },
    pieces: [piece],
    actor: actorOf(caller),
  };
}

/** The configuration's limits, or the project's where those are stricter. */
function settingsOf({ settings }: Project, { budget, autoHealEnabled, maxHealAttempts }: OrchestrationConfig): RunSettings {
  const maxHeals = autoHealEnabled ? maxHealAttempts : 0;
  const micros = (usd: number) => Math.round(usd * 1_000_000);
  const tokens = [budget.maxTokens, settings.maxTokens].filter((limit) => limit !== null);
  return {
    ...DEFAULT_RUN_SETTINGS,
    ...{ executor: settings.executor, reviewer: settings.reviewer, maxHeals, maxIterations: maxHeals + 1, labels: settings.labels ?? [] },
    maxCostMicros: Math.min(micros(budget.maxTotal), settings.maxCostMicros ?? Number.POSITIVE_INFINITY),
    maxTokens: tokens.length === 0 ? null : Math.min(...tokens),
    reserveCostMicros: micros(Math.max(budget.maxPerBatch, budget.healingBudget)),
  };
}
