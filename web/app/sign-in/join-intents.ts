import type { Call } from '../server/api.ts';

export type JoinIntent =
  | { intent: 'look'; token: string }
  | { intent: 'accept'; token: string }
  | { intent: 'sign-up'; token: string; name: string; email: string; password: string }
  | { intent: 'sign-in'; email: string; password: string };

/** The API call behind each step of an invited person. Who signs up with an invitation is a member at once. */
export function joinCall(wish: JoinIntent): Call {
  switch (wish.intent) {
    case 'look':
      return { method: 'POST', path: '/api/invitations/look', body: { token: wish.token } };
    case 'accept':
      return { method: 'POST', path: '/api/invitations/accept', body: { token: wish.token } };
    case 'sign-up': {
      const { name, email, password, token } = wish;
      return { method: 'POST', path: '/api/auth/sign-up/email', body: { name, email, password, invitation: token } };
    }
    case 'sign-in':
      return { method: 'POST', path: '/api/auth/sign-in/email', body: { email: wish.email, password: wish.password } };
  }
}
