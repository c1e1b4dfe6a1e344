import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { type UpdateRunner, updateRunnerSchema } from '@specwright/protocol/runners-api.ts';
import { type Context, Hono } from 'hono';
import { mayCall } from '../access.ts';
import type { App, Caller } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { runnerInfo } from '../machines/runner-info.ts';
import { revokeRunner, tellDispatch } from '../machines/tell-dispatch.ts';
import { projectsAmong } from '../store/runner-projects.ts';
import { changeRunner, findRunner, findRunnerEver, type RunnerRow } from '../store/runners.ts';
import { hiddenProjects } from '../store/visible.ts';

/** One machine: seen by all, changed and revoked by its owner and by admins. */
export const runnerById = new Hono<App>()
  .get('/api/runners/:runnerId', async (c) => {
    const row = await findRunner(c.env.DB, c.get('caller').organisationId, c.req.param('runnerId'));
    return row ? answerRunner(c, row) : absent(c);
  })
  .patch('/api/runners/:runnerId', body(updateRunnerSchema), async (c) => {
    const caller = c.get('caller');
    const row = await findRunner(c.env.DB, caller.organisationId, c.req.param('runnerId'));
    if (!row) return absent(c);
    const change = c.req.valid('json');
    const refusal = notTheirs(caller, row) ?? (await wrongProjects(c, change));
    if (refusal) return refused(c, refusal);
    if (!(await changeRunner(c.env.DB, row, change)))
      return refused(c, { code: 'CONFLICT', message: `Another machine here is named “${change.name}”.` });
    c.set('audit', { ...targetOf(row), details: detailsOf(row, change) });
    const changed = await tellDispatch(c.env, row.organisationId, row.id);
    return changed ? answerRunner(c, changed) : absent(c);
  })
  .delete('/api/runners/:runnerId', async (c) => {
    const caller = c.get('caller');
    const row = await findRunnerEver(c.env.DB, caller.organisationId, c.req.param('runnerId'));
    if (!row) return absent(c);
    const refusal = notTheirs(caller, row);
    if (refusal) return refused(c, refusal);
    c.set('audit', row.revokedAt === null ? targetOf(row) : null);
    await revokeRunner(c.env, row);
    return c.body(null, 204);
  });

async function answerRunner(c: Context<App>, row: RunnerRow): Promise<Response> {
  const live = await dispatchPort(c.env, row.organisationId).runners();
  const now = live.find((runner) => runner.id === row.id);
  return c.json(runnerInfo(row, now, await hiddenProjects(c.env.DB, c.get('caller'))));
}

function notTheirs({ userId, role }: Caller, { ownerId }: RunnerRow): Refusal | null {
  if (userId === ownerId || mayCall(role, 'admin')) return null;
  return refuse('FORBIDDEN', 'Only the machine’s owner, and admins, may do this.');
}

/** A machine is shared with projects that its person can see. */
async function wrongProjects(c: Context<App>, { projectIds }: UpdateRunner): Promise<Refusal | null> {
  if (!projectIds || projectIds.length === 0) return null;
  const known = await projectsAmong(c.env.DB, c.get('caller'), projectIds);
  return projectIds.every((id) => known.has(id)) ? null : refuse('BAD_REQUEST', 'projectIds: one of these projects is not here.');
}

function targetOf({ id, name }: RunnerRow) {
  return { target: { kind: 'runner', id, name } };
}

/** What was before, and is now, of each thing that was changed. */
function detailsOf(row: RunnerRow, change: UpdateRunner): Record<string, unknown> {
  const names = Object.keys(change) as (keyof UpdateRunner)[];
  return Object.fromEntries(names.map((name) => [name, { from: row[name], to: change[name] }]));
}
