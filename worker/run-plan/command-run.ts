import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { type CommandRun, runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import type { Piece } from '@specwright/protocol/piece.ts';
import type { PlanItem } from '@specwright/protocol/run-plan.ts';
import type { RunState, RunStatus } from '@specwright/protocol/run-state.ts';
import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { type ChunkRow, listChunks } from '../store/chunks.ts';
import { findProject } from '../store/projects.ts';
import { findSpec } from '../store/specs.ts';
import { buildPlan, isDone } from './build-plan.ts';
import type { KnownRun } from './known-run.ts';
import { lineSettings } from './line-settings.ts';
import { actorOf } from './start-run.ts';

export type CommandAnswer = { status: RunStatus; seq: number } | Refusal;
interface Refreshed {
  plan: { specPiece: string; items: PlanItem[] } | null;
  pieces: Piece[];
}
type Wish = { kind: 'resume' } | { kind: 'retry' | 'skip'; chunkId: string };

/** Resume, retry and skip may open a run again: they go through dispatch, and carry the plan as D1 has it now. */
export async function openRun(env: WorkerEnv, caller: Caller, row: KnownRun, wish: Wish): Promise<CommandAnswer> {
  const view = await runPort(env, row.id).view();
  const refreshed = view && (await refreshedPlan(env, row, view.state));
  if (!view || !refreshed) return refuse('RUN_NOT_ACTIVE', 'This run is gone.');
  const command: CommandRun = { ...wish, actor: actorOf(caller), ...refreshed };
  const { specId, projectId } = row;
  const { specTitle, startedBy: addedBy } = view.state;
  const project = await findProject(env.DB, row.organisationId, projectId);
  const run = { specId, projectId, specTitle, addedBy, priority: 0, line: project && lineSettings(env, project) };
  const dispatch = dispatchPort(env, row.organisationId);
  await dispatch.noteAct(row.id, wish.kind, actorOf(caller));
  return dispatch.reopen({ ...run, runId: row.id, command });
}

/** Pause, stop and raised limits concern the run alone. */
export async function tellRun(env: WorkerEnv, row: KnownRun, command: CommandRun): Promise<CommandAnswer> {
  if (command.actor) await dispatchPort(env, row.organisationId).noteAct(row.id, command.kind, command.actor);
  return runPort(env, row.id).command(command);
}

/** The plan as D1 has it now; a phase's is in its repository. Null: its spec is gone. */
async function refreshedPlan(env: WorkerEnv, row: KnownRun, state: RunState): Promise<Refreshed | null> {
  if (state.phase !== undefined) return { plan: null, pieces: [] };
  const spec = await findSpec(env.DB, row.organisationId, row.specId);
  if (!spec) return null;
  const { plan, pieces } = await buildPlan(spec.text, await listChunks(env.DB, row.organisationId, row.specId), selection(state));
  return { plan: { specPiece: plan.specPiece, items: plan.items }, pieces };
}

/** A run of chosen chunks stays with its choice; a run of all takes in what was added since. */
function selection(state: RunState): (row: ChunkRow) => boolean {
  const known = new Map(state.items.map((item) => [item.id, item.selected]));
  const chosenOnly = state.items.some((item) => item.kind === 'chunk' && !item.selected && item.status === 'pending');
  return (row) => known.get(row.id) ?? (!chosenOnly && !isDone(row));
}
