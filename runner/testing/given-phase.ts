import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Job } from '@specwright/protocol/job.ts';
import type { PhaseJob, PhaseSeen } from '@specwright/protocol/phase.ts';
import type { FactDraft } from '../job/job-context.ts';
import { look } from '../phase/look.ts';
import {
  type AttemptControl,
  configurationOf,
  endOf,
  type GivenPlace,
  type GivenRepository,
  givenPlace,
  givenRepository,
} from './given-place.ts';

export const FOLDER = 'specs/001-x';
export const TASK_FILE = `${FOLDER}/tasks.md`;
export const TASKS = '# T\n\n## One\n\n- [ ] T001 a\n- [ ] T002 b\n\n## Two\n\n- [ ] T003 c\n';

/** Words for a shell that does tasks as an agent should: a file for each, then its box. */
export const doing = (...ids: string[]) => ids.map((id) => `${working(id)}; ${ticking(id)}`).join('; ');
export const working = (...ids: string[]) => ids.map((id) => `echo ${id} > ${id}.txt`).join('; ');
export const ticking = (...ids: string[]) => ids.map((id) => `sed -i 's/\\[ \\] ${id} /[x] ${id} /' ${TASK_FILE}`).join('; ');

export interface GivenPhase extends GivenPlace {
  repository: GivenRepository;
  /** What a look at the person's own files finds. */
  seen: PhaseSeen;
  /** A job of this stage; a batch is the one of this number, counted from 1. Answers its facts, job_ended last. */
  carryOut(stage: PhaseJob['stage'], more?: Partial<PhaseJob> & { job?: Partial<Job> }, control?: AttemptControl): Promise<FactDraft[]>;
  /** Carries out a batch again after it failed, from what it left. */
  heal(batch: number, failed: FactDraft[]): Promise<FactDraft[]>;
  batch(number: number, job?: Partial<Job>, control?: AttemptControl): Promise<FactDraft[]>;
}

/** A repository with a phase in it, whose agent is this script for /bin/sh, and a lease's place on it. */
export async function givenPhase(
  executor: string,
  more: {
    tasks?: string;
    check?: string;
    files?: Record<string, string>;
    prepare?: (repository: GivenRepository) => void;
    byAddress?: boolean;
  } = {},
): Promise<GivenPhase> {
  const repository = givenRepository();
  const own = { [`${FOLDER}/spec.md`]: '# X\n', [`${FOLDER}/plan.md`]: '# P\n', [TASK_FILE]: more.tasks ?? TASKS };
  const config = configurationOf({ executor, ...(more.check !== undefined && { check: more.check }) });
  for (const [file, text] of Object.entries({ '.handoff/config.yaml': config, ...own, ...more.files })) repository.write(file, text);
  repository.commit('A phase');
  more.prepare?.(repository);
  const given = await givenPlace(repository, more.byAddress ? { repository: bareCopy(repository) } : {});
  const seen = look(repository.path, { folder: FOLDER, baseBranch: 'main', batchSize: 15 });
  let attempts = 0;
  const carryOut: GivenPhase['carryOut'] = (stage, { job, ...phase } = {}, control) => {
    attempts += 1;
    const common = { folder: FOLDER, taskFile: TASK_FILE, baseBranch: 'main', additionalContext: '', batchSize: 15, maxSteps: 100 };
    const whole: PhaseJob = { ...common, stage, command: null, batch: null, ...phase };
    return given.attempt({ chunkId: stage, key: stage, title: stage, attempt: attempts, phase: whole, ...job }, control);
  };
  const batch: GivenPhase['batch'] = (number, job, control) => {
    const planned = seen.batches[number - 1] ?? null;
    const named = { chunkId: `batch-${number}`, key: `batch-${number}`, title: planned?.title ?? '' };
    return carryOut('implement', { batch: planned, job: { ...named, ...job } }, control);
  };
  const heal: GivenPhase['heal'] = (number, failed) => {
    const { result, message, snapshot } = endOf(failed);
    const feedback = [{ attempt: 1, outcome: result, message, verdict: null, failedChecks: [] }];
    return batch(number, { kind: 'heal', continueFrom: snapshot, feedback });
  };
  return { ...given, repository, seen, carryOut, batch, heal };
}

/** The same repository somewhere else, known by its address alone. */
function bareCopy(repository: GivenRepository) {
  const remote = join(repository.folder, 'remote.git');
  repository.git('clone', '--quiet', '--bare', repository.path, remote);
  return { kind: 'url' as const, url: pathToFileURL(remote).href, defaultBranch: 'main' };
}

/** What the last look in these facts saw; null: nothing was confirmed. */
export function lookOf(facts: FactDraft[]): PhaseSeen | null {
  return facts.findLast((fact) => fact.kind === 'phase_seen')?.seen ?? null;
}
