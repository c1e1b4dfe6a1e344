import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PhaseJob } from '../../protocol/phase.ts';
import { DEFAULT_RUN_SETTINGS } from '../../protocol/run-plan.ts';
import type { FactDraft } from '../../runner/job/job-context.ts';
import { look } from '../../runner/phase/look.ts';
import { endOf, givenPlace } from '../../runner/testing/given-place.ts';
import type { HealCase } from './cases.ts';
import { HEAL_FOLDER, HEAL_TASKS, makeHealRepository } from './heal-repository.ts';

/**
 * One case through the runner's own steps: a first attempt that its check fails, then the heal, by a tool or by the script. Answers how the heal
 * ended. Throws when the first attempt did not fail as it should.
 */
export async function healCase(above: string, one: HealCase, tool: string | null) {
  const folder = join(above, one.name);
  mkdirSync(folder, { recursive: true });
  const { path } = makeHealRepository(folder, [one], tool ?? '');
  const [batch = null] = look(path, { folder: HEAL_FOLDER, baseBranch: 'main', batchSize: 15 }).batches;
  const of = { folder: HEAL_FOLDER, taskFile: HEAL_TASKS, baseBranch: 'main', additionalContext: '', batchSize: 15, maxSteps: 400 };
  const phase: PhaseJob = { ...of, stage: 'implement', command: null, batch };
  const named = { chunkId: 'batch-1', key: 'batch-1', title: batch?.title ?? '', phase };
  const first = await carryOut({ folder, path }, null, (place) => place.attempt({ ...named, attempt: 1 }));
  const failed = endOf(first);
  if (failed.result !== 'checks_failed')
    throw new Error(`${one.name} was to fail its check, and ended as ${failed.result}: ${failed.message}`);
  const feedback = [{ attempt: 1, outcome: failed.result, message: failed.message, verdict: null, failedChecks: failedChecks(first) }];
  const heal = { ...named, attempt: 2, kind: 'heal' as const, continueFrom: failed.snapshot, feedback };
  return endOf(await carryOut({ folder, path }, tool === null ? null : idOf(tool), (place) => place.attempt(heal)));
}

async function carryOut<T>(
  repository: { folder: string; path: string },
  executor: string | null,
  work: (place: Awaited<ReturnType<typeof givenPlace>>) => Promise<T>,
) {
  const place = await givenPlace(repository, { settings: { ...DEFAULT_RUN_SETTINGS, executor } });
  try {
    return await work(place);
  } finally {
    await place.close();
  }
}

function failedChecks(facts: FactDraft[]) {
  return facts.flatMap((fact) => {
    if (fact.kind !== 'check_ended' || fact.exitCode === 0) return [];
    return [{ name: fact.name, command: fact.command, exitCode: fact.exitCode, output: fact.tail }];
  });
}

function idOf(tool: string): string {
  const id = /\bid:\s*"?([\w-]+)/.exec(tool)?.[1];
  if (id === undefined) throw new Error('The tool needs an id: { id: mine, type: … }');
  return id;
}
