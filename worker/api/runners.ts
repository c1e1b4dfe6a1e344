import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import type { Page } from '@specwright/protocol/api.ts';
import { isRefusal, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { type RegisteredRunner, type RunnerInfo, registerRunnerSchema } from '@specwright/protocol/runners-api.ts';
import { type Context, Hono } from 'hono';
import { mayCall } from '../access.ts';
import type { App, Membership } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { registerRunner } from '../machines/register.ts';
import { runnerInfo } from '../machines/runner-info.ts';
import { listRunners } from '../store/runners.ts';
import { hiddenProjects } from '../store/visible.ts';

/** The organisation's machines, and a machine that a signed-in person adds. */
export const runners = new Hono<App>()
  .get('/api/runners', async (c) => {
    const caller = c.get('caller');
    const [rows, live, hidden] = await Promise.all([
      listRunners(c.env.DB, caller.organisationId),
      dispatchPort(c.env, caller.organisationId).runners(),
      hiddenProjects(c.env.DB, caller),
    ]);
    const byId = new Map(live.map((runner) => [runner.id, runner]));
    const items = rows.map((row) => runnerInfo(row, byId.get(row.id), hidden));
    return c.json({ items, nextCursor: null } satisfies Page<RunnerInfo>);
  })
  .post('/api/runners', body(registerRunnerSchema), async (c) => {
    const { organisationId: wanted, ...machine } = c.req.valid('json');
    const place = placeOf(c, wanted);
    if (isRefusal(place)) return refused(c, place);
    const { organisationId, organisationName } = place;
    const runnerId = await registerRunner(c.env, { organisationId, ownerId: c.get('person').userId, ...machine, anyRepository: false });
    if (isRefusal(runnerId)) return refused(c, runnerId);
    c.set('audit', { organisationId, target: { kind: 'runner', id: runnerId, name: machine.name } });
    const organisation = { id: organisationId, name: organisationName };
    return c.json({ runnerId, name: machine.name, organisation } satisfies RegisteredRunner, 201);
  });

/** The organisation that was asked for, or the caller's: where a person may add machines. A machine has a person for its owner. */
function placeOf(c: Context<App>, wanted: string | undefined): Pick<Membership, 'organisationId' | 'organisationName'> | Refusal {
  const { userId, keyId, memberships } = c.get('person');
  if (keyId !== null && keyId === userId) return refuse('FORBIDDEN', 'A service’s key owns no machine. Make a registration token.');
  if (wanted === undefined || wanted === c.get('caller').organisationId) return c.get('caller');
  const place = memberships.find((one) => one.organisationId === wanted);
  if (!place) return refuse('NOT_FOUND', 'There is nothing here, or it is not yours to see.');
  return mayCall(place.role, 'member') ? place : refuse('FORBIDDEN', `This takes the role member; you are ${place.role}.`);
}
