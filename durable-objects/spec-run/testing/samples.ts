import { type Configuration, DEFAULT_RUN_SETTINGS, type PlanItem, type RunSettings } from '@specwright/protocol/run-plan.ts';
import type { CurrentJob } from '@specwright/protocol/run-state.ts';
import type { FactOf, RunnerFact } from '@specwright/protocol/runner-fact.ts';
import type { Verdict } from '@specwright/protocol/verdict.ts';
import type { Given } from './story.ts';

export function planned(id: string, dependsOn: string[] = [], more: Partial<PlanItem> = {}): PlanItem {
  const named = { id, key: id, title: `Chunk ${id}`, dependsOn, textPiece: `piece-${id}` };
  return { ...named, status: 'pending', summary: null, selected: true, ...more };
}

export function creating(items: PlanItem[], settings: Partial<RunSettings> = {}): Extract<Given, { kind: 'create' }> {
  return {
    kind: 'create',
    runId: 'run_1',
    organisationId: 'org_1',
    projectId: 'prj_1',
    specId: 'spc_1',
    specTitle: 'A spec',
    branch: 'specwright/a-spec-00000001',
    startFrom: null,
    repository: { kind: 'path', path: '/repo', defaultBranch: null },
    plan: { kind: 'chunks', specPiece: 'piece-spec', items },
    settings: { ...DEFAULT_RUN_SETTINGS, ...settings },
    actor: { id: 'usr_1', name: 'Ada' },
  };
}

export const CONFIGURATION: Configuration = {
  executor: { id: 'opencode', type: 'opencode', model: 'glm' },
  reviewer: { id: 'opencode', type: 'opencode', model: 'glm' },
  maxIterations: 5,
  checks: [{ name: 'test', command: 'npm test', required: true, source: 'detected' }],
  demo: false,
  accountFingerprint: null,
};

type Promoted = FactOf<'reconciled'>['promoted'];

export function reconciled(head = 'base', promoted: Promoted = [], base = 'base'): RunnerFact {
  return { kind: 'reconciled', atMs: 1, branch: 'specwright/a-spec', head, base, promoted, configuration: CONFIGURATION, warnings: [] };
}

export function verdictOf(verdict: Verdict['verdict'], requestedChanges: string[] = []): Verdict {
  return { verdict, summary: `The review says ${verdict}.`, checks: [], requestedChanges };
}

export function reviewed(job: CurrentJob, verdict: Verdict['verdict'], changes: string[] = []): RunnerFact {
  return { kind: 'review_ended', atMs: 5, jobId: job.id, verdict: verdictOf(verdict, changes) };
}

export function usageOf(costMicros: number, tokens = 0) {
  return { inputTokens: tokens, outputTokens: 0, cachedTokens: 0, costMicros, steps: 1 };
}

export function ended(
  job: CurrentJob,
  result: FactOf<'job_ended'>['result'],
  more: Partial<FactOf<'job_ended'>> = {},
): FactOf<'job_ended'> {
  const isPass = result === 'passed';
  return {
    kind: 'job_ended',
    atMs: 9,
    jobId: job.id,
    result,
    code: null,
    message: result,
    commit: isPass ? `commit-${job.itemId}-${job.attempt}` : null,
    snapshot: `tree-${job.itemId}-${job.attempt}`,
    summary: `did ${job.itemId}`,
    diffPiece: null,
    diffStat: null,
    usage: usageOf(1000, 100),
    durationMs: 10,
    retryAfterMs: null,
    ...more,
  };
}

/** All that a passing attempt reports. */
export function passing(job: CurrentJob): RunnerFact[] {
  return [reviewed(job, 'pass'), ended(job, 'passed')];
}

/** All that an attempt reports whose review asks for changes. */
export function needingFix(job: CurrentJob, changes = ['Name it better.']): RunnerFact[] {
  return [reviewed(job, 'needs_fix', changes), ended(job, 'needs_fix')];
}
