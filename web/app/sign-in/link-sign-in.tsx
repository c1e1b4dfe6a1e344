import { useNavigate } from '@remix-run/react';
import type { ErrorBody } from '@specwright/protocol/error-code.ts';
import { useEffect, useRef, useState } from 'react';

export type LinkStage = { name: 'looking' } | { name: 'signing-in' } | { name: 'no-token' } | { name: 'refused'; message: string };

/** A one-time link carries its token in the fragment, so that no server log and no referrer ever holds it. */
export function useLinkSignIn(): LinkStage {
  const [stage, setStage] = useState<LinkStage>({ name: 'looking' });
  const navigate = useNavigate();
  const spent = useRef(false);
  useEffect(() => {
    const attempt = async () => {
      const token = new URLSearchParams(location.hash.slice(1)).get('token');
      if (!token) return setStage((now) => (now.name === 'looking' ? { name: 'no-token' } : now));
      if (spent.current) return;
      spent.current = true;
      history.replaceState(history.state, '', '/sign-in');
      setStage({ name: 'signing-in' });
      const refusal = await signIn(token);
      spent.current = false;
      if (refusal === null) navigate('/', { replace: true });
      else setStage({ name: 'refused', message: refusal });
    };
    void attempt();
    window.addEventListener('hashchange', attempt);
    return () => window.removeEventListener('hashchange', attempt);
  }, [navigate]);
  return stage;
}

/** Answers null when it worked, else a sentence that says why not. */
async function signIn(token: string): Promise<string | null> {
  const response = await fetch('/api/local/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  }).catch(() => null);
  if (response === null) return 'The server does not answer. Is Specwright still running?';
  if (response.ok) return null;
  const body = (await response.json().catch(() => null)) as ErrorBody | null;
  if (body?.code === 'LINK_SPENT' || response.status === 401) return 'This link was used already or has run out. Make a new one:';
  return body?.message ?? `The server answered ${response.status}.`;
}
