import type { KeyScope, Role } from '@specwright/protocol/people-api.ts';
import type { Call } from '../server/api.ts';

export interface KeyDraft {
  name: string;
  kind: 'person' | 'service';
  scopes: KeyScope[];
  role?: Exclude<Role, 'owner'>;
  expiresInDays: number | null;
}

export type KeyIntent = { intent: 'create-key'; key: KeyDraft } | { intent: 'revoke-key'; keyId: string };

/** The API call behind each wish about keys. */
export function keyCall(wish: KeyIntent): Call {
  if (wish.intent === 'create-key') return { method: 'POST', path: '/api/api-keys', body: wish.key };
  return { method: 'DELETE', path: `/api/api-keys/${encodeURIComponent(wish.keyId)}` };
}
