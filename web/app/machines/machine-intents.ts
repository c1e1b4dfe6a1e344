import type { RunnerSharing, UpdateRunner } from '@specwright/protocol/runners-api.ts';
import type { Call } from '../server/api.ts';

export type MachineIntent =
  | { intent: 'update-machine'; runnerId: string; changes: UpdateRunner }
  | { intent: 'revoke-machine'; runnerId: string }
  | { intent: 'create-token'; labels: string[]; sharing: RunnerSharing }
  | { intent: 'delete-token'; tokenId: string };

/** The API call behind each wish about machines. */
export function machineCall(wish: MachineIntent): Call {
  switch (wish.intent) {
    case 'update-machine':
      return { method: 'PATCH', path: `/api/runners/${encodeURIComponent(wish.runnerId)}`, body: wish.changes };
    case 'revoke-machine':
      return { method: 'DELETE', path: `/api/runners/${encodeURIComponent(wish.runnerId)}` };
    case 'create-token':
      return { method: 'POST', path: '/api/runners/registration-tokens', body: { labels: wish.labels, sharing: wish.sharing } };
    case 'delete-token':
      return { method: 'DELETE', path: `/api/runners/registration-tokens/${encodeURIComponent(wish.tokenId)}` };
  }
}
