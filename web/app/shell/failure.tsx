import { isRouteErrorResponse, useRouteError } from '@remix-run/react';
import { useEffect } from 'react';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useReadAgain } from '../ui/use-read-again.ts';

const COME_BACK_EVERY_MS = 2000;

interface Failure {
  title: string;
  message: string;
  requestId: string | null;
  /** It can be over by itself: the page asks now and then, and comes back. */
  passing: boolean;
}

/** What went wrong and what to do, inside the page's frame. Every route uses it as its error boundary. */
export function FailureCard() {
  const failure = describe(useRouteError());
  useComeBack(failure.passing);
  return (
    <main className="mx-auto max-w-[640px] px-4 py-16" role="alert">
      <p aria-hidden="true" className="mb-2 text-bad">
        <Icon name="cross" /> exit 1
      </p>
      <h1 className="text-[20px] font-semibold">{failure.title}</h1>
      <p className="mt-2 text-muted">{failure.message}</p>
      {failure.requestId ? <p className="mt-2 text-[12px] text-faint">Request {failure.requestId}</p> : null}
      <div className="mt-6 flex flex-wrap gap-2">
        <Button kind="primary" onClick={() => location.reload()}>
          Try again
        </Button>
        <ButtonLink to="/">Go to the dashboard</ButtonLink>
      </div>
    </main>
  );
}

export function FailurePage() {
  return <FailureCard />;
}

function describe(error: unknown): Failure {
  if (isRouteErrorResponse(error)) {
    const body = error.data as { message?: string; requestId?: string } | null;
    const missing = error.status === 404;
    return {
      title: missing ? 'Not found' : `The server refused this (${error.status})`,
      message: missing ? 'Nothing is here, or it is not yours to see.' : (body?.message ?? 'Nothing more is known.'),
      requestId: body?.requestId || null,
      passing: error.status >= 500,
    };
  }
  const offline = error instanceof TypeError && /fetch|network|load failed/i.test(error.message);
  return {
    title: offline ? 'The server does not answer' : 'This page broke',
    message: offline
      ? 'Is Specwright still running? Start it with “npm start”. This page comes back by itself as soon as it answers.'
      : 'Nothing of your work is lost: runs go on without this page. Try again; if it breaks again, the server’s log says why.',
    requestId: null,
    passing: offline,
  };
}

function useComeBack(passing: boolean): void {
  const readAgain = useReadAgain();
  useEffect(() => {
    if (!passing) return;
    const timer = setInterval(readAgain, COME_BACK_EVERY_MS);
    return () => clearInterval(timer);
  }, [passing, readAgain]);
}
