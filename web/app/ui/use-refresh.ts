import { useRevalidator } from '@remix-run/react';
import { useEffect } from 'react';
import { serverAnswers } from '../live/server-answers.ts';

/** Reads the page's data again when the tab comes to the front, and each `everyMs` while it is seen. Runs themselves come live, by socket. */
export function useRefresh(everyMs: number): void {
  const { revalidate, state } = useRevalidator();
  useEffect(() => {
    const refresh = async () => {
      if (document.visibilityState === 'visible' && state === 'idle' && (await serverAnswers())) revalidate();
    };
    const timer = setInterval(refresh, everyMs);
    window.addEventListener('focus', refresh);
    return () => {
      clearInterval(timer);
      window.removeEventListener('focus', refresh);
    };
  }, [everyMs, revalidate, state]);
}
