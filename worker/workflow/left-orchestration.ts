import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import type { Project } from '@specwright/protocol/api.ts';
import type { LeftFile } from '@specwright/protocol/errand.ts';
import { isId } from '@specwright/protocol/id.ts';
import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import type { Detected } from '@specwright/protocol/workflow-api.ts';
import type { WorkerEnv } from '../environment.ts';
import { knownRun } from '../run-plan/known-run.ts';
import { phaseSpecId } from '../run-plan/start-phase.ts';

/** What stands behind an orchestration's file: the run as it is now, or nothing that is known here. */
export async function runBehind(env: WorkerEnv, project: Project, runId: string): Promise<RunState | null> {
  if (!isId('run', runId)) return null;
  const row = await knownRun(env, project.organisationId, runId);
  if (row?.projectId !== project.id || row.specId !== phaseSpecId(project.id)) return null;
  return (await runPort(env, row.id).view())?.state ?? null;
}

/** Stopped or failed, not done: it can be opened again. */
export function isResumable(state: RunState | null): boolean {
  return state !== null && isAtRest(state) && state.status !== 'completed';
}

/** The files that nobody writes any more. That of a run that lives, or that is done, mends itself or is over. */
export async function withoutLiving(env: WorkerEnv, project: Project, left: LeftFile[]): Promise<Detected['left']> {
  const behind = await Promise.all(left.map(async (file) => ({ file, state: await runBehind(env, project, file.runId) })));
  return behind.flatMap(({ file, state }) => (state === null || isResumable(state) ? [{ ...file, resumable: isResumable(state) }] : []));
}
