import { useNavigate } from '@remix-run/react';
import type { ErrorBody } from '@specwright/protocol/error-code.ts';
import { useEffect, useRef, useState } from 'react';
import { Spinner } from '../ui/button.tsx';
import { Caret, Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/surface.tsx';

type Stage = { name: 'looking' } | { name: 'signing-in' } | { name: 'no-token' } | { name: 'refused'; message: string };

/** A one-time link carries its token in the fragment, so that no server log and no referrer ever holds it. */
export function SignIn() {
  const [stage, setStage] = useState<Stage>({ name: 'looking' });
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
  return (
    <main className="mx-auto grid min-h-[92vh] max-w-[520px] content-center px-4 py-16">
      <p aria-hidden="true" className="text-[24px] text-accent">
        <Icon name="chevron" />
        <Caret />
      </p>
      <h1 className="mt-3 text-[22px] font-semibold tracking-tight">Specwright</h1>
      <p className="mt-1 text-muted">A spec becomes reviewed commits, by agents on your own machine.</p>
      <div className="mt-8" aria-live="polite">
        <StageView stage={stage} />
      </div>
    </main>
  );
}

function StageView({ stage }: { stage: Stage }) {
  if (stage.name === 'looking' || stage.name === 'signing-in') {
    return (
      <p className="flex items-center gap-2 text-muted">
        <Spinner /> Signing in…
      </p>
    );
  }
  return (
    <div className="grid grid-cols-1 gap-5">
      {stage.name === 'refused' ? (
        <Notice tone="bad" role="alert">
          {stage.message}
        </Notice>
      ) : null}
      <section className="rounded-lg border border-line bg-surface p-5">
        <h2 className="font-semibold">Sign in with a link</h2>
        <p className="mt-1 text-muted">There is no password. A link works once, and only the owner of this machine can make one:</p>
        <dl className="mt-4 grid grid-cols-1 gap-3">
          <Way command="npm start" what="starts Specwright and prints a link" />
          <Way command="npx specwright link" what="prints a new link while it runs" />
        </dl>
      </section>
    </div>
  );
}

function Way({ command, what }: { command: string; what: string }) {
  return (
    <div>
      <dt>
        <code className="inline-block rounded border border-line bg-sunken px-2 py-0.5 text-accent">
          <span aria-hidden="true" className="select-none text-faint">
            ${' '}
          </span>
          {command}
        </code>
      </dt>
      <dd className="mt-1 text-[12px] text-faint">{what}</dd>
    </div>
  );
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
