import { isRefusal, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { type ApprovedDevice, approveDeviceSchema, type DeviceRequest } from '@specwright/protocol/runners-api.ts';
import { type Context, Hono } from 'hono';
import { mayCall } from '../access.ts';
import type { App, Membership } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { decideDevice, findDevice, plainUserCode } from '../store/devices.ts';

const DECIDED = {
  code: 'CONFLICT',
  message: 'This request was decided already, or its time is over. Begin again on the machine.',
} as const;

/** A machine or a command line asks to be let in as a person (RFC 8628), who looks at the code here and decides, once. */
export const devices = new Hono<App>()
  .get('/api/devices/:userCode', async (c) => {
    const found = await findDevice(c.env.DB, plainUserCode(c.req.param('userCode')));
    if (!found) return absent(c);
    const { scope: _scope, ...request } = found;
    return c.json(request satisfies DeviceRequest);
  })
  .post('/api/devices/:userCode/approve', body(approveDeviceSchema), async (c) => {
    const found = await findDevice(c.env.DB, plainUserCode(c.req.param('userCode')));
    if (!found) return absent(c);
    const { organisationId: wanted, labels } = c.req.valid('json');
    const isMachine = found.machineName !== null;
    const place = placeOf(c, wanted, isMachine);
    if (isRefusal(place)) return refused(c, place);
    const { organisationId, organisationName } = place;
    const { userId } = c.get('person');
    const given = isMachine && labels.length > 0 ? ` labels:${labels.join(',')}` : '';
    const scope = `${found.scope}${given} organisation:${organisationId}`;
    if (!(await decideDevice(c.env.DB, found.userCode, { status: 'approved', userId, scope }))) return refused(c, DECIDED);
    c.set('audit', { organisationId, ...targetOf(found), details: { scope: found.scope } });
    const organisation = { id: organisationId, name: organisationName };
    return c.json({ machineName: found.machineName, organisation } satisfies ApprovedDevice);
  })
  .post('/api/devices/:userCode/deny', async (c) => {
    const found = await findDevice(c.env.DB, plainUserCode(c.req.param('userCode')));
    if (!found) return absent(c);
    const { userId } = c.get('person');
    if (!(await decideDevice(c.env.DB, found.userCode, { status: 'denied', userId, scope: found.scope }))) return refused(c, DECIDED);
    c.set('audit', targetOf(found));
    return c.body(null, 204);
  });

/** The organisation that the device will work in: the one that was chosen, else the one that the person works in. Machines are a member's to add. */
function placeOf(c: Context<App>, wanted: string | undefined, isMachine: boolean): Membership | Refusal {
  const { memberships } = c.get('person');
  const id = wanted ?? c.get('caller')?.organisationId;
  const place = memberships.find((one) => one.organisationId === id);
  if (!place) return refuse('FORBIDDEN', 'You belong to no organisation yet, or not to this one.');
  if (!isMachine || mayCall(place.role, 'member')) return place;
  return refuse('FORBIDDEN', `Adding a machine takes the role member; you are ${place.role}.`);
}

function targetOf({ machineName }: DeviceRequest) {
  return { target: { kind: 'device', id: machineName === null ? 'command line' : 'machine', name: machineName } };
}
