import { isRefusal } from '@specwright/protocol/error-code.ts';
import { type Detected, detectSchema } from '@specwright/protocol/workflow-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { askMachine } from '../workflow/ask-machine.ts';
import { withoutLiving } from '../workflow/left-orchestration.ts';
import { visibleProject } from '../workflow/visible-project.ts';

/** What a start of Complete Phase would find now, as a machine that serves the repository reads it. Nothing is changed. */
export const workflowDetect = new Hono<App>().post('/api/workflow/detect', body(detectSchema), async (c) => {
  const { projectId, folder, batchSize } = c.req.valid('json');
  const caller = c.get('caller');
  const project = await visibleProject(c.env, caller, projectId);
  if (!project) return absent(c);
  const answer = await askMachine(c.env, caller, project, { kind: 'phase', folder, batchSize });
  if (isRefusal(answer)) return refused(c, answer);
  const { kind: _, left, ...found } = answer.found;
  const detected: Detected = { ...found, runnerName: answer.runnerName, left: await withoutLiving(c.env, project, left) };
  return c.json(detected);
});
