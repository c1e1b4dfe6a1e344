import type { Call } from '../server/api.ts';

export type DeviceIntent =
  | { intent: 'approve'; userCode: string; organisationId: string; labels: string[] }
  | { intent: 'deny'; userCode: string };

/** The API call behind a person's answer to a device. */
export function deviceCall(wish: DeviceIntent): Call {
  const path = `/api/devices/${encodeURIComponent(wish.userCode)}`;
  if (wish.intent === 'deny') return { method: 'POST', path: `${path}/deny`, body: {} };
  return { method: 'POST', path: `${path}/approve`, body: { organisationId: wish.organisationId, labels: wish.labels } };
}
