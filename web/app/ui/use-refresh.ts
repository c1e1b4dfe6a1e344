import { useEffect } from 'react';
import { useReadAgain } from './use-read-again.ts';

/** Reads the page's data again when the tab comes to the front, and each `everyMs` while it is seen. Runs themselves come live, by socket. */
export function useRefresh(everyMs: number): void {
  const readAgain = useReadAgain();
  useEffect(() => {
    const refresh = () => {
      if (document.visibilityState === 'visible') void readAgain();
    };
    const timer = setInterval(refresh, everyMs);
    window.addEventListener('focus', refresh);
    return () => {
      clearInterval(timer);
      window.removeEventListener('focus', refresh);
    };
  }, [everyMs, readAgain]);
}
