import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import { isRefusal, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import {
  answerOrchestrationSchema,
  itemOrchestrationSchema,
  mergeOrchestrationSchema,
  raiseOrchestrationSchema,
  type WhichOrchestration,
  whichOrchestrationSchema,
} from '@specwright/protocol/workflow-api.ts';
import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { type CommandAnswer, openRun, tellRun } from '../run-plan/command-run.ts';
import type { KnownRun } from '../run-plan/known-run.ts';
import { actorOf } from '../run-plan/start-run.ts';
import { knownOrchestration } from '../workflow/known-orchestration.ts';

const which = () => body(whichOrchestrationSchema);

/** What people may wish of an orchestration. Each answers { status, seq } of its run; what the run refuses is answered with its code. */
export const workflowOrders = new Hono<App>()
  .post('/api/workflow/orchestrate/pause', which(), (c) => order(c, c.req.valid('json'), (row) => tell(c, row, 'pause')))
  .post('/api/workflow/orchestrate/cancel', which(), (c) => order(c, c.req.valid('json'), (row) => tell(c, row, 'stop')))
  .post('/api/workflow/orchestrate/resume', which(), (c) =>
    order(c, c.req.valid('json'), (row) => openRun(c.env, c.get('caller'), row, { kind: 'resume' })),
  )
  .post('/api/workflow/orchestrate/merge', body(mergeOrchestrationSchema), (c) => {
    const wish = c.req.valid('json');
    const actor = actorOf(c.get('caller'));
    return order(c, wish, (row) => tellRun(c.env, row, { kind: 'merge', decision: wish.decision, actor }));
  })
  .post('/api/workflow/orchestrate/answer', body(answerOrchestrationSchema), (c) => {
    const { questionId, answers, ...wish } = c.req.valid('json');
    const actor = actorOf(c.get('caller'));
    return order(c, wish as WhichOrchestration, (row) => tellRun(c.env, row, { kind: 'answer', questionId, answers, actor }));
  })
  .post('/api/workflow/orchestrate/raise', body(raiseOrchestrationSchema), (c) => {
    const wish = c.req.valid('json');
    return order(c, wish, (row) => raise(c, row, wish));
  })
  .post('/api/workflow/orchestrate/retry', body(itemOrchestrationSchema), (c) => aboutItem(c, c.req.valid('json'), 'retry'))
  .post('/api/workflow/orchestrate/skip', body(itemOrchestrationSchema), (c) => aboutItem(c, c.req.valid('json'), 'skip'));

function tell(c: Context<App>, row: KnownRun, kind: 'pause' | 'stop'): Promise<CommandAnswer> {
  return tellRun(c.env, row, { kind, actor: actorOf(c.get('caller')) });
}

/** What is left out stays as it is. */
async function raise(c: Context<App>, row: KnownRun, wish: z.infer<typeof raiseOrchestrationSchema>): Promise<CommandAnswer> {
  const settings = (await runPort(c.env, row.id).view())?.state.settings;
  if (!settings) return refuse('RUN_NOT_ACTIVE', 'This run is gone.');
  const { maxTotal, maxTokens, maxPerBatch = null, healingBudget = null } = wish;
  const maxCostMicros = maxTotal === undefined ? settings.maxCostMicros : Math.round(maxTotal * 1_000_000);
  const limits = { maxCostMicros, maxTokens: maxTokens === undefined ? settings.maxTokens : maxTokens };
  return tellRun(c.env, row, { kind: 'raise_limits', ...limits, batch: { maxPerBatch, healingBudget }, actor: actorOf(c.get('caller')) });
}

function aboutItem(c: Context<App>, wish: z.infer<typeof itemOrchestrationSchema>, kind: 'retry' | 'skip'): Promise<Response> {
  return order(c, wish, async (row) => {
    const chunkId = wish.itemId ?? (await failedItem(c, row));
    if (typeof chunkId !== 'string') return chunkId;
    return openRun(c.env, c.get('caller'), row, { kind, chunkId });
  });
}

async function failedItem(c: Context<App>, row: KnownRun): Promise<string | Refusal> {
  const failed = (await runPort(c.env, row.id).view())?.state.items.find(({ status }) => status === 'failed');
  return failed?.id ?? refuse('CHUNK_NOT_FAILED', 'Nothing of this orchestration has failed.');
}

async function order(c: Context<App>, named: WhichOrchestration, carryOut: (row: KnownRun) => Promise<CommandAnswer>): Promise<Response> {
  const row = await knownOrchestration(c.env, c.get('caller'), named);
  if (!row) return absent(c);
  const answer = await carryOut(row);
  if (isRefusal(answer)) return refused(c, answer);
  c.set('audit', { target: { kind: 'run', id: row.id }, projectId: row.projectId });
  return c.json(answer);
}
