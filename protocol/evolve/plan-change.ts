import type { EventOf } from '../run-event.ts';
import type { PlanItem } from '../run-plan.ts';
import type { Item, RunState } from '../run-state.ts';
import { itemOfPlan } from './create-run.ts';

/**
 * Lays a fresh plan over a run: texts, titles, order and dependencies are the plan's; what was completed stays completed,
 * also when the plan no longer names it; other chunks that it does not name are gone, with their fixes.
 */
export function changePlan(next: RunState, event: EventOf<'plan_changed'>): void {
  const planned = new Set(event.items.map((item) => item.id));
  const kept = next.items.filter((item) => item.kind === 'chunk' && item.status === 'completed' && !planned.has(item.id));
  const order = [
    ...kept,
    ...event.items.map((item) =>
      merge(
        next.items.find((known) => known.id === item.id),
        item,
      ),
    ),
  ];
  const fixes = next.items.filter((item) => item.kind === 'fix');
  next.items = order.flatMap((item) => [item, ...fixes.filter((fix) => fix.parentId === item.id)]);
  next.specPiece = event.specPiece;
}

function merge(known: Item | undefined, planned: PlanItem): Item {
  if (known === undefined) return itemOfPlan(planned);
  const { key, title, dependsOn, textPiece, selected } = planned;
  const item = { ...known, key, title, dependsOn, textPiece, selected };
  if (known.status !== 'pending' || planned.status === 'pending') return item;
  return { ...item, status: planned.status, summary: planned.summary ?? known.summary };
}
