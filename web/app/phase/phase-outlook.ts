import { ledgerOf } from '@specwright/protocol/ledger.ts';
import type { OpenQuestion } from '@specwright/protocol/question.ts';
import type { Reason } from '@specwright/protocol/run-event.ts';
import { currentItem } from '@specwright/protocol/run-progress.ts';
import { type Item, isAtRest, type RunState } from '@specwright/protocol/run-state.ts';

/** Which limit a phase has come to. */
export type Limit = 'total' | 'tokens' | 'batch' | 'heal';

/** Why a phase does not go on, and so what a person is offered. */
export type Attention =
  | { kind: 'question'; question: OpenQuestion }
  /** `refused`: the merge was tried, and why it could not be. */
  | { kind: 'merge'; refused: Reason | null }
  | { kind: 'budget'; limit: Limit; item: Item | null; reason: Reason }
  | { kind: 'failed'; item: Item | null; reason: Reason | null }
  | { kind: 'cancelled'; reason: Reason | null }
  | { kind: 'paused' }
  /** For a person, whatever else it is; for a time; for a machine. */
  | { kind: 'person' | 'time' | 'machine'; reason: Reason | null };

/** Null: it works, ends what it does, or is done. */
export function attentionOf(run: RunState): Attention | null {
  const { status, wait, reason, question } = run;
  if (question && !isAtRest(run)) return { kind: 'question', question };
  if (status === 'failed') return { kind: 'failed', item: failedStage(run), reason };
  if (status === 'cancelled') return { kind: 'cancelled', reason };
  if (status === 'paused') return { kind: 'paused' };
  if (status === 'queued') return { kind: 'machine', reason };
  if (status !== 'waiting' || wait === null) return null;
  if (wait.waitFor === 'time') return { kind: 'time', reason: wait.reason };
  if (wait.reason.code === 'BUDGET') return overBudget(run, wait.reason);
  if (nextItem(run)?.phase?.stage !== 'merge') return { kind: 'person', reason: wait.reason };
  if (isReady(wait.reason)) return { kind: 'merge', refused: null };
  // A machine's trouble on the way to the merge is no refusal of it.
  const refused = nextItem(run)?.attempts.at(-1)?.result === 'merge_refused';
  return refused ? { kind: 'merge', refused: wait.reason } : { kind: 'person', reason: wait.reason };
}

/** True where it stands until a person does something: told in the page's title. */
export function asksPerson(attention: Attention | null): boolean {
  return attention !== null && ['question', 'merge', 'budget', 'failed', 'person'].includes(attention.kind);
}

/** In a few words what it stands for, where that is no work; null: the headline says it. */
export function standsFor(attention: Attention | null): string | null {
  switch (attention?.kind) {
    case 'merge':
      return attention.refused ? 'Not merged yet' : 'Merge Ready';
    case 'question':
      return 'The agent asks';
    case 'budget':
      return 'Budget used up';
    case 'failed':
      return 'Failed';
    case 'person':
      return 'Waits for you';
    default:
      return null;
  }
}

/** What is worked on, or comes next. */
export function nextItem(run: RunState): Item | null {
  return currentItem(run) ?? run.items.find(({ status }) => status !== 'completed' && status !== 'skipped') ?? null;
}

export function batchesOf(run: RunState): Item[] {
  return run.items.filter((item) => item.phase?.stage === 'implement');
}

/** "batch 2 of 4", "analyze"; what a sentence about an item begins with. */
export function nameOf(run: RunState, item: Item): string {
  const batches = batchesOf(run);
  const at = batches.indexOf(item);
  return at < 0 ? (item.phase?.stage ?? item.title) : `batch ${at + 1} of ${batches.length}`;
}

/** What was left of the last attempt: its work stands there for Resume and for people. */
export function lastSnapshot(item: Item | null): { commit: string; attempt: number } | null {
  const last = item?.attempts.findLast(({ snapshot }) => snapshot !== null);
  return last?.snapshot ? { commit: last.snapshot, attempt: last.attempt } : null;
}

function failedStage(run: RunState): Item | null {
  return run.items.find(({ status }) => status === 'failed') ?? null;
}

function isReady({ code }: Reason): boolean {
  return code === 'MERGE_READY' || code === 'USER_GATE';
}

function overBudget(run: RunState, reason: Reason): Attention {
  const item = nextItem(run);
  const spent = ledgerOf(run);
  const { maxCostMicros, maxTokens } = run.settings;
  const isHeal = item?.phase?.stage === 'implement' && item.spent > 0;
  const limit = reached(spent.micros, maxCostMicros) ? 'total' : reached(spent.tokens, maxTokens) ? 'tokens' : isHeal ? 'heal' : 'batch';
  return { kind: 'budget', limit, item, reason };
}

function reached(spent: number, limit: number | null): boolean {
  return limit !== null && spent >= limit;
}

/** Keys of the item's tasks that are open, as the repository was last read. */
export function openTasks(run: RunState, item: Item): Set<string> {
  const open = new Set((run.phase?.seen?.batches ?? []).flatMap(({ tasks }) => tasks.map(({ key }) => key)));
  return new Set((item.phase?.tasks ?? []).flatMap(({ key }) => (open.has(key) ? [key] : [])));
}
