import type { Call } from '../server/api.ts';

export type AccountIntent =
  | { intent: 'rename'; name: string }
  | { intent: 'change-password'; current: string; next: string; endOtherSessions: boolean }
  | { intent: 'end-session'; sessionId: string }
  | { intent: 'end-others' };

/** The API call behind each wish about one's own account. */
export function accountCall(wish: AccountIntent): Call {
  switch (wish.intent) {
    case 'rename':
      return { method: 'PATCH', path: '/api/me', body: { name: wish.name } };
    case 'change-password': {
      const { current, next, endOtherSessions } = wish;
      return { method: 'POST', path: '/api/me/password', body: { current, next, endOtherSessions } };
    }
    case 'end-session':
      return { method: 'DELETE', path: `/api/me/sessions/${encodeURIComponent(wish.sessionId)}` };
    case 'end-others':
      return { method: 'DELETE', path: '/api/me/sessions' };
  }
}
