import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import type { PlanItem } from '@specwright/protocol/run-plan.ts';

/** Refuses a plan that cannot be carried out: empty, with a dependency that is missing, in a circle, or left out of the run. */
export function checkPlan(items: PlanItem[]): Refusal | null {
  if (items.length === 0) return refuse('SPEC_EMPTY', 'The spec has no chunks.');
  const byId = new Map(items.map((item) => [item.id, item]));
  if (byId.size !== items.length) return refuse('SPEC_INVALID', 'Two chunks of the plan have the same id.');
  for (const item of items) {
    const missing = item.dependsOn.find((id) => !byId.has(id));
    if (missing !== undefined) return refuse('SPEC_INVALID', `${item.key} depends on a chunk that the spec does not have.`);
  }
  const cycle = findCycle(items, byId);
  if (cycle !== null) return refuse('DEPENDENCY_CYCLE', `These chunks depend on each other in a circle: ${cycle.join(' → ')}.`);
  return leftOut(items, byId);
}

function leftOut(items: PlanItem[], byId: Map<string, PlanItem>): Refusal | null {
  for (const item of items) {
    if (!item.selected || item.status !== 'pending') continue;
    const open = item.dependsOn.map((id) => byId.get(id)).find((dep) => dep?.status === 'pending' && !dep.selected);
    if (open !== undefined)
      return refuse('DEPENDENCIES_OPEN', `${item.key} depends on ${open.key}, which is not done and not part of this run.`);
  }
  return null;
}

/** The keys along a circle of dependencies, the first repeated at the end; null when there is none. */
function findCycle(items: PlanItem[], byId: Map<string, PlanItem>): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (id: string): string[] | null => {
    if (done.has(id)) return null;
    const at = path.indexOf(id);
    if (at >= 0) return [...path.slice(at), id].map((step) => byId.get(step)?.key ?? step);
    path.push(id);
    for (const next of byId.get(id)?.dependsOn ?? []) {
      const cycle = visit(next);
      if (cycle !== null) return cycle;
    }
    path.pop();
    done.add(id);
    return null;
  };
  for (const item of items) {
    const cycle = visit(item.id);
    if (cycle !== null) return cycle;
  }
  return null;
}
