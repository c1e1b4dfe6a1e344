import type { Role } from '@specwright/protocol/people-api.ts';
import type { Call } from '../server/api.ts';

export type GivenRole = Exclude<Role, 'owner'>;

export type OrganisationIntent =
  | { intent: 'switch'; organisationId: string }
  | { intent: 'rename'; name: string }
  | { intent: 'delete'; confirm: string }
  | { intent: 'leave' }
  | { intent: 'transfer'; userId: string }
  | { intent: 'change-role'; userId: string; role: GivenRole }
  | { intent: 'remove'; userId: string }
  | { intent: 'reset-link'; userId: string }
  | { intent: 'invite'; email: string | null; role: GivenRole }
  | { intent: 'withdraw'; invitationId: string };

const BASE = '/api/organisation';

/** The API call behind each wish about an organisation and its people. */
export function organisationCall(wish: OrganisationIntent): Call {
  switch (wish.intent) {
    case 'switch':
      return { method: 'PUT', path: '/api/me/organisation', body: { organisationId: wish.organisationId } };
    case 'rename':
      return { method: 'PATCH', path: BASE, body: { name: wish.name } };
    case 'delete':
      return { method: 'DELETE', path: BASE, body: { confirm: wish.confirm } };
    case 'leave':
      return { method: 'POST', path: `${BASE}/leave`, body: {} };
    case 'transfer':
      return { method: 'POST', path: `${BASE}/transfer`, body: { userId: wish.userId } };
    case 'change-role':
      return { method: 'PATCH', path: memberPath(wish.userId), body: { role: wish.role } };
    case 'remove':
      return { method: 'DELETE', path: memberPath(wish.userId) };
    case 'reset-link':
      return { method: 'POST', path: `${memberPath(wish.userId)}/reset-link`, body: {} };
    case 'invite':
      return { method: 'POST', path: `${BASE}/invitations`, body: { email: wish.email, role: wish.role } };
    case 'withdraw':
      return { method: 'DELETE', path: `${BASE}/invitations/${encodeURIComponent(wish.invitationId)}` };
  }
}

function memberPath(userId: string): string {
  return `${BASE}/members/${encodeURIComponent(userId)}`;
}
