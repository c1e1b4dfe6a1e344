import type { Letter } from './mail.ts';

/** The letters that go out. A link carries its token in the fragment, which no server and no referrer ever sees. */

interface To {
  to: string;
  origin: URL;
}

export function confirmAddress({ to, origin, token }: To & { token: string }): Letter {
  const text = `Somebody signed up at ${origin.host} with this address. If it was you, confirm it within an hour:

${origin.origin}/verify#${token}

If it was not you, there is nothing to do: without the link the account cannot be used.
`;
  return { to, subject: 'Confirm your address', text };
}

/** What the owner of an address reads when somebody signs up with it a second time: the page told them nothing. */
export function alreadySignedUp({ to, origin }: To): Letter {
  const text = `Somebody tried to sign up at ${origin.host} with this address, which has an account already. If it was you, sign in, or set a new password:

${origin.origin}/sign-in
${origin.origin}/forgot

If it was not you, there is nothing to do: nothing was changed.
`;
  return { to, subject: 'You have an account already', text };
}

export function resetPassword({ to, origin, token }: To & { token: string }): Letter {
  const text = `Somebody asked for a new password for your account at ${origin.host}. If it was you, set it within an hour:

${origin.origin}/reset#${token}

If it was not you, there is nothing to do: your password stays as it is.
`;
  return { to, subject: 'Set a new password', text };
}

export function invitation(to: To & { token: string; organisation: string; by: string }): Letter {
  const text = `${to.by} invites you to join ${to.organisation} at ${to.origin.host}. The link is good for seven days, for this address:

${to.origin.origin}/join#${to.token}
`;
  return { to: to.to, subject: `${to.by} invites you to ${to.organisation}`, text };
}
