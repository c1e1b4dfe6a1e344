import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { announceLifeSchema, reportLifeSchema } from '@specwright/protocol/pull.ts';
import { OLDEST_WIRE, WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { noteLife, noteReport } from '../store/runners.ts';

/** A new life of a runner's process, which ends the leases of lives that it names as over; and what changes while it lives. */
export const lives = new Hono<App>()
  .post('/runner-api/lives', body(announceLifeSchema), async (c) => {
    const runner = c.get('runner');
    const life = c.req.valid('json');
    if (life.wire > WIRE_VERSION || life.wire < OLDEST_WIRE) {
      return refused(c, {
        code: 'WIRE_VERSION',
        message: `This server speaks version ${WIRE_VERSION}; the runner speaks ${life.wire}. Update the older one.`,
      });
    }
    await noteLife(c.env.DB, runner, life);
    await dispatchPort(c.env, runner.organisationId).announce(runner.id, runner.name, life);
    return c.json({ runnerId: runner.id, name: runner.name, organisationId: runner.organisationId, wire: WIRE_VERSION }, 201);
  })
  .post('/runner-api/lives/report', body(reportLifeSchema), async (c) => {
    const runner = c.get('runner');
    const report = c.req.valid('json');
    await noteReport(c.env.DB, runner, report);
    await dispatchPort(c.env, runner.organisationId).report(runner.id, report);
    return c.body(null, 204);
  });
