import { dispatchPort, type LookAgain, type Started, type StartInput } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { type CommandRun, type CreateRun, runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import type { Project, StartRun } from '@specwright/protocol/api.ts';
import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { newId } from '@specwright/protocol/id.ts';
import type { Actor } from '@specwright/protocol/run-event.ts';
import { DEFAULT_RUN_SETTINGS, type RunSettings } from '@specwright/protocol/run-plan.ts';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { type ChunkRow, idsOf, listChunks } from '../store/chunks.ts';
import { findProject } from '../store/projects.ts';
import { addRun, latestRunOf, latestRunWithWork, type RunRow } from '../store/runs.ts';
import type { SpecRow } from '../store/specs.ts';
import { branchName } from './branch-name.ts';
import { buildPlan, isDone } from './build-plan.ts';
import { lineSettings } from './line-settings.ts';

export type StartAnswer = Started | Refusal | 'all_complete';

/** How often a start looks again when a run ends just while it is being planned. */
const LOOKS = 3;

/**
 * Starts a run of a spec, attaches to the one that is going, or opens the latest again when it failed or was stopped.
 * Refuses SPEC_EMPTY, PROJECT_ARCHIVED, DEPENDENCIES_OPEN and chunks that are not of this spec (BAD_REQUEST).
 */
export async function startRun(env: WorkerEnv, caller: Caller, spec: SpecRow, wish: StartRun): Promise<StartAnswer> {
  for (let look = 0; look < LOOKS; look++) {
    const answer = await tryStart(env, caller, spec, wish);
    if (answer === 'all_complete' || !('lookAgain' in answer)) return answer;
    await runPort(env, answer.lookAgain).ensure();
  }
  return refuse('UNAVAILABLE', 'The run before is just ending. Try again in a moment.');
}

async function tryStart(env: WorkerEnv, caller: Caller, spec: SpecRow, wish: StartRun): Promise<StartAnswer | LookAgain> {
  const { organisationId, projectId } = spec;
  const latest = await latestRunOf(env.DB, organisationId, spec.id);
  const going = latest !== null && latest.atRest === 0;
  if (going && !(await isGoing(env, latest.id))) return { lookAgain: latest.id };
  const [rows, project] = await Promise.all([listChunks(env.DB, organisationId, spec.id), findProject(env.DB, organisationId, projectId)]);
  if (!project || project.archivedAt !== null) return refuse('PROJECT_ARCHIVED', 'The project is archived. Restore it first.');
  const refusal = whatStandsAgainst(rows, wish.chunkIds);
  if (refusal) return refusal;
  if (!going && chosen(rows, wish.chunkIds).every(isDone)) return 'all_complete';
  const input = await startInput(env, caller, { spec, rows, project, latest, wish });
  const started = await dispatchPort(env, organisationId).start(input);
  if ('runId' in started && !started.attached && input.reopen === null) await noteRun(env, input.run);
  return started;
}

/** D1 hears of a run's end up to a second late; the run itself knows. One that is gone is no longer going, whatever D1 says. */
async function isGoing(env: WorkerEnv, runId: string): Promise<boolean> {
  const state = (await runPort(env, runId).view())?.state;
  return state !== undefined && !isAtRest(state);
}

interface Ground {
  spec: SpecRow;
  rows: ChunkRow[];
  project: Project;
  latest: RunRow | null;
  wish: StartRun;
}

async function startInput(env: WorkerEnv, caller: Caller, ground: Ground): Promise<StartInput> {
  const { spec, rows, latest, wish } = ground;
  const chosenIds = wish.chunkIds && new Set(wish.chunkIds);
  const selects = (row: ChunkRow) => !isDone(row) && (chosenIds?.has(row.id) ?? true);
  const run = await createInput(env, caller, ground, selects);
  const ended = latest !== null && (latest.status === 'failed' || latest.status === 'cancelled');
  const again = ended && !chosenIds ? latest : null;
  const reopen = again && { runId: again.id, command: await resumeCommand(spec, rows, again.id, actorOf(caller)) };
  const { project } = ground;
  const priority = wish.priority ?? project.settings.defaultPriority ?? 0;
  return { specId: spec.id, projectId: spec.projectId, priority, line: lineSettings(env, project), run, reopen };
}

async function createInput(
  env: WorkerEnv,
  caller: Caller,
  { spec, rows, project, wish }: Ground,
  selects: (row: ChunkRow) => boolean,
): Promise<CreateRun> {
  const runId = newId('run');
  const { plan, pieces } = await buildPlan(spec.text, rows, selects);
  const before = await latestRunWithWork(env.DB, spec.organisationId, spec.id);
  return {
    ...{ runId, organisationId: spec.organisationId, projectId: spec.projectId, specId: spec.id, specTitle: spec.title },
    ...{ branch: branchName(spec.title, runId), startFrom: before?.branch ?? null, repository: project.repository },
    ...{ plan, pieces, settings: settingsOf(project, wish), actor: actorOf(caller) },
  };
}

/** The command that opens a run again, with the plan as it stands now: chunks that this run completed stay its own. */
async function resumeCommand(spec: SpecRow, rows: ChunkRow[], runId: string, actor: Actor): Promise<CommandRun> {
  const { plan, pieces } = await buildPlan(spec.text, rows, (row) => !isDone(row) || row.runId === runId);
  return { kind: 'resume', actor, plan: { specPiece: plan.specPiece, items: plan.items }, pieces };
}

/** What the call says, then the project, then the default; a limit is the stricter of the two. */
function settingsOf(project: Project, wish: StartRun): RunSettings {
  const { settings } = project;
  return {
    ...DEFAULT_RUN_SETTINGS,
    executor: wish.executor ?? settings.executor,
    reviewer: wish.reviewer ?? settings.reviewer,
    maxIterations: wish.maxIterations ?? settings.maxIterations,
    maxCostMicros: stricter(wish.maxCostMicros ?? null, settings.maxCostMicros),
    maxTokens: stricter(wish.maxTokens ?? null, settings.maxTokens),
    labels: settings.labels ?? [],
  };
}

function stricter(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

function whatStandsAgainst(rows: ChunkRow[], chunkIds: string[] | undefined): Refusal | null {
  if (rows.length === 0) return refuse('SPEC_EMPTY', 'The spec has no chunks. Add one first.');
  if (!chunkIds) return null;
  const known = new Map(rows.map((row) => [row.id, row]));
  if (chunkIds.some((id) => !known.has(id))) return refuse('BAD_REQUEST', 'chunkIds: not all of these are chunks of this spec.');
  const open = openDependencies(chosen(rows, chunkIds), known);
  return open.length === 0 ? null : refuse('DEPENDENCIES_OPEN', `These must be completed first: ${open.join(', ')}.`);
}

/** Keys of chunks that others need, and that are neither done nor chosen. */
function openDependencies(picked: ChunkRow[], known: Map<string, ChunkRow>): string[] {
  const pickedIds = new Set(picked.map((row) => row.id));
  const needed = picked.filter((row) => !isDone(row)).flatMap((row) => idsOf(row.dependsOn));
  const open = needed.filter((id) => !pickedIds.has(id)).flatMap((id) => known.get(id) ?? []);
  return [...new Set(open.filter((row) => !isDone(row)).map((row) => row.key))];
}

function chosen(rows: ChunkRow[], chunkIds: string[] | undefined): ChunkRow[] {
  return chunkIds ? rows.filter((row) => chunkIds.includes(row.id)) : rows;
}

/** The first row of a run, so that it can be found before it has written its own summary. */
export async function noteRun(env: WorkerEnv, run: CreateRun): Promise<void> {
  const { runId, organisationId, projectId, specId, specTitle, branch, actor } = run;
  await addRun(env.DB, { id: runId, organisationId, projectId, specId, specTitle, branch, startedBy: actor?.name ?? null });
}

export function actorOf(caller: Caller): Actor {
  return { id: caller.userId, name: caller.name };
}
