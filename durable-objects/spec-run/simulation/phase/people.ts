import type { World } from '../world.ts';

const ADA = { id: 'usr_1', name: 'Ada' };

/** A person's word at Merge Ready; it counts only when the run takes it. */
export function sayMerge(world: World, decision: 'merge' | 'not_yet'): void {
  const { server, phase } = world;
  if (phase === null) return;
  if (decision === 'merge') phase.oracle.saidMerge += 1;
  const before = server.log.length;
  server.take({ kind: 'merge', decision, actor: ADA });
  // Refused, or the server died of it before it was stored.
  if (decision === 'merge' && !server.log.slice(before).some(({ kind }) => kind === 'merge_approved')) phase.oracle.saidMerge -= 1;
}

/** Whoever sees the question answers it. */
export function sayAnswer({ server }: World): void {
  const questionId = server.state?.question?.id ?? server.state?.job?.answered?.questionId;
  if (questionId !== undefined) server.take({ kind: 'answer', questionId, answers: [['This one.']], actor: ADA });
}

/** More money: for the run as a whole, for a batch, for a heal. */
export function raiseBudgets(world: World): void {
  const { state } = world.server;
  const { budget } = state?.phase?.config ?? {};
  if (state === null || budget === undefined) return;
  const maxCostMicros = (state.settings.maxCostMicros ?? 0) + 20_000;
  const batch = { maxPerBatch: budget.maxPerBatch + 0.01, healingBudget: budget.healingBudget + 0.01 };
  world.server.take({ kind: 'raise_limits', maxCostMicros, maxTokens: null, batch, actor: ADA });
}

/** What is waited for is done: conflicts are mended, the merge gets its word. */
export function seeToMerge(world: World): void {
  const { server, phase } = world;
  if (phase === null || server.state?.status !== 'waiting') return;
  if (phase.repository.conflicts) phase.repository.mend(server.state.head ?? 'base');
  sayMerge(world, 'merge');
}
