import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import { isRefusal, refuse } from '@specwright/protocol/error-code.ts';
import { startOrchestrationSchema, type WhichOrchestration } from '@specwright/protocol/workflow-api.ts';
import { orchestrationView } from '@specwright/protocol/workflow-view.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { body, query } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { once } from '../door/idempotency.ts';
import { phaseSpecId, startPhase } from '../run-plan/start-phase.ts';
import { listVisibleRuns, ofProject } from '../store/runs.ts';
import { knownOrchestration } from '../workflow/known-orchestration.ts';
import { visibleProject } from '../workflow/visible-project.ts';

const whichSchema = z.object({ runId: z.string().max(100).optional(), projectId: z.string().max(100).optional() });
const listSchema = z.object({ projectId: z.string().max(100), limit: z.coerce.number().int().min(1).max(20).default(10) });

/** Complete Phase: start, status, list. An orchestration is a run; its log and socket are those of /api/runs/:runId. */
export const workflowOrchestrate = new Hono<App>()
  .post('/api/workflow/orchestrate', body(startOrchestrationSchema), async (c) => {
    const { projectId, config } = c.req.valid('json');
    const caller = c.get('caller');
    const project = await visibleProject(c.env, caller, projectId);
    if (!project) return absent(c);
    c.set('audit', null);
    return once(c, `orchestrate ${project.id}`, async () => {
      const started = await startPhase(c.env, caller, project, config);
      if (isRefusal(started)) return refused(c, started);
      if ('active' in started) {
        c.header('x-specwright-run-id', started.active);
        return refused(
          c,
          refuse('ORCHESTRATION_ACTIVE', `Orchestration already in progress (${started.active}). See it, or cancel it first.`),
        );
      }
      c.set('audit', { target: { kind: 'run', id: started.runId, name: project.name }, projectId: project.id });
      return c.json(started, 201);
    });
  })
  .get('/api/workflow/orchestrate/status', query(whichSchema), async (c) => {
    const { runId, projectId } = c.req.valid('query');
    if (!runId && !projectId) return refused(c, refuse('BAD_REQUEST', 'Name a runId or a projectId.'));
    const which: WhichOrchestration = runId ? { runId } : { projectId: projectId ?? '' };
    const row = await knownOrchestration(c.env, c.get('caller'), which);
    const state = row && (await runPort(c.env, row.id).view())?.state;
    return state?.phase ? c.json(orchestrationView(state)) : absent(c);
  })
  .get('/api/workflow/orchestrate/list', query(listSchema), async (c) => {
    const { projectId, limit } = c.req.valid('query');
    const rows = await listVisibleRuns(c.env.DB, c.get('caller'), { limit: 99 }, ofProject(projectId));
    const own = rows.filter((row) => row.specId === phaseSpecId(projectId)).slice(0, limit);
    const states = await Promise.all(own.map(async (row) => (await runPort(c.env, row.id).view())?.state));
    return c.json({ items: states.flatMap((state) => (state?.phase ? [orchestrationView(state)] : [])), nextCursor: null });
  });
