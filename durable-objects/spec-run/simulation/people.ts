import { raiseBudgets, sayAnswer, sayMerge, seeToMerge } from './phase/people.ts';
import type { World } from './world.ts';

/** People who press every button at every moment. */
export function makeWish(world: World): void {
  const { random, server } = world;
  const { state } = server;
  if (state === null) return;
  if (world.phase !== null && random.chance(0.4)) {
    wishOfPhase(world);
    return;
  }
  const wish = random.pick(['pause', 'resume', 'resume', 'resume', 'stop', 'retry', 'skip', 'raise_limits'] as const);
  const chunkId = random.pick(state.items.filter((item) => item.kind === 'chunk'))?.id ?? 'none';
  const reopens = wish === 'resume' || wish === 'retry' || wish === 'skip';
  if (wish === 'pause' || wish === 'stop') server.take({ kind: wish, actor: null });
  else if (wish === 'resume') server.take({ kind: wish, actor: null, plan: null });
  else if (wish === 'raise_limits') raise(world);
  else server.take({ kind: wish, chunkId, actor: null, plan: null });
  // The dispatch takes a slot before it passes on what may open a run again.
  if (reopens && server.state !== null) server.slotHeld = true;
  settleSlot(world);
}

/** What a person does at last who finds the run resting or waiting: lets it go on. */
export function lendAHand(world: World): void {
  const { server } = world;
  const { state } = server;
  if (state === null) return;
  server.slotHeld = true;
  if (state.wait?.reason.code === 'BUDGET') raise(world);
  if (state.wait !== null) seeToMerge(world);
  if (state.question) sayAnswer(world);
  if (server.state?.status !== 'completed') server.take({ kind: 'resume', actor: null, plan: null });
  settleSlot(world);
}

function wishOfPhase(world: World): void {
  const { random, phase } = world;
  const wish = random.pick(['merge', 'merge', 'not_yet', 'raise', 'others', 'answer', 'answer', 'answer'] as const);
  if (wish === 'raise') raiseBudgets(world);
  else if (wish === 'answer') sayAnswer(world);
  else if (wish === 'others') phase?.repository.moveOn(random.chance(0.3));
  else sayMerge(world, wish);
  settleSlot(world);
}

function raise(world: World): void {
  if (world.phase !== null) {
    raiseBudgets(world);
    return;
  }
  const { settings } = world.server.state ?? {};
  const limit = settings?.maxCostMicros;
  if (limit != null) world.server.take({ kind: 'raise_limits', maxCostMicros: limit + 8_000, maxTokens: null, actor: null });
}

// A word that opened nothing leaves no slot behind.
function settleSlot(world: World): void {
  const { server } = world;
  const status = server.state?.status;
  if ((status === 'completed' || status === 'failed' || status === 'cancelled') && !server.outbox.includes('rested')) {
    if (world.machine.rules.tellsRest) server.slotHeld = false;
  }
}
