import { isRefusal, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { isAtRest, type RunState, type RunStatus } from '@specwright/protocol/run-state.ts';
import { type LeftDecided, leftOrchestrationSchema } from '@specwright/protocol/workflow-api.ts';
import { type Context, Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { openRun } from '../run-plan/command-run.ts';
import { askMachine } from '../workflow/ask-machine.ts';
import { runBehind } from '../workflow/left-orchestration.ts';
import { visibleProject } from '../workflow/visible-project.ts';

const CLOSED_BY_HAND = 'No run stood behind this file any more; it was closed by hand.';

/** What becomes of an orchestration's file that no living run stands behind: its run goes on, or the file says that it failed. */
export const workflowLeft = new Hono<App>().post('/api/workflow/left', body(leftOrchestrationSchema), async (c) => {
  const { projectId, runId, decision } = c.req.valid('json');
  const project = await visibleProject(c.env, c.get('caller'), projectId);
  if (!project) return absent(c);
  const state = await runBehind(c.env, project, runId);
  const living = state && !isAtRest(state) ? refuse('RUN_ACTIVE', 'This orchestration is going on: it writes the file itself.') : null;
  const status = living ?? (decision === 'resume' ? await resume(c, state) : await markFailed(c, project, runId));
  if (isRefusal(status)) return refused(c, status);
  c.set('audit', { target: { kind: 'run', id: runId }, projectId, details: { decision } });
  return c.json({ runId, status } satisfies LeftDecided);
});

async function resume(c: Context<App>, state: RunState | null): Promise<RunStatus | Refusal> {
  if (state === null) return refuse('RUN_NOT_ACTIVE', 'No run of this server stands behind this file: it can only be marked failed.');
  if (state.status === 'completed') return refuse('RUN_COMPLETED', 'This orchestration is complete.');
  const answer = await openRun(c.env, c.get('caller'), state, { kind: 'resume' });
  return isRefusal(answer) ? answer : answer.status;
}

async function markFailed(c: Context<App>, project: Parameters<typeof askMachine>[2], runId: string): Promise<'failed' | Refusal> {
  const answer = await askMachine(c.env, c.get('caller'), project, { kind: 'mark_failed', runId, reason: CLOSED_BY_HAND });
  return isRefusal(answer) ? answer : 'failed';
}
