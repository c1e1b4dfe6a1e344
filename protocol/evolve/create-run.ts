import type { OrchestrationConfig, PhaseState } from '../phase.ts';
import type { EventOf, StoredEvent } from '../run-event.ts';
import type { PlanItem } from '../run-plan.ts';
import { type Item, RUN_STATE_VERSION, type RunState } from '../run-state.ts';
import { NO_USAGE } from '../usage-sum.ts';

type Created = Extract<StoredEvent, EventOf<'run_created'>>;

/** A run as it stands when it was asked for: nothing begun, waiting for a machine. */
export function createRun(event: Created): RunState {
  const { kind: _kind, v: _v, seq, at, runId, plan, actor, ...named } = event;
  return {
    ...named,
    ...(plan.kind === 'phase' && { phase: beginPhase(plan.config) }),
    version: RUN_STATE_VERSION,
    seq,
    id: runId,
    specPiece: plan.specPiece,
    configuration: null,
    warnings: [],
    status: 'queued',
    reason: null,
    fault: null,
    wait: null,
    startedBy: actor,
    createdAt: at,
    startedAt: null,
    endedAt: null,
    updatedAt: at,
    activeMs: 0,
    activeSince: null,
    items: plan.items.map(itemOfPlan),
    job: null,
    lease: null,
    fence: 0,
    received: {},
    base: null,
    head: null,
    resetTo: null,
    lost: {},
    faultsInRow: 0,
    totals: { passed: 0, failed: 0, skipped: 0, fixes: 0, commits: 0, usage: NO_USAGE },
  };
}

/** A chunk as a plan names it, before any attempt. */
export function itemOfPlan(planned: PlanItem): Item {
  return {
    id: planned.id,
    key: planned.key,
    title: planned.title,
    kind: 'chunk',
    parentId: null,
    dependsOn: planned.dependsOn,
    textPiece: planned.textPiece,
    requestedChanges: [],
    selected: planned.selected,
    status: planned.status,
    spent: 0,
    heals: 0,
    attempts: [],
    summary: planned.summary,
    verdict: null,
    commit: null,
    usage: NO_USAGE,
    durationMs: 0,
    startedAt: null,
    endedAt: null,
    error: null,
  };
}

function beginPhase(config: OrchestrationConfig): PhaseState {
  return { config, seen: null, folder: null, baseBranch: null, mergeApproved: false, mergedCommit: null, decisions: [] };
}
