import { useNavigation, useRevalidator } from '@remix-run/react';
import { useCallback, useEffect, useRef } from 'react';
import { serverAnswers } from '../live/server-answers.ts';

/**
 * Reads the page's data again in the background. What is being read, or where somebody is going, is never broken off for it: it
 * follows when that is done, unless the page has been left.
 */
export function useReadAgain(): () => Promise<void> {
  const { revalidate, state } = useRevalidator();
  const navigation = useNavigation();
  const isBusy = state !== 'idle' || navigation.state !== 'idle';
  const now = useRef({ isBusy, isWanted: false, isGone: false });
  useEffect(() => {
    const { current } = now;
    current.isBusy = isBusy;
    if (isBusy || !current.isWanted) return;
    current.isWanted = false;
    revalidate();
  }, [isBusy, revalidate]);
  useEffect(() => {
    const { current } = now;
    current.isGone = false;
    return () => {
      current.isGone = true;
    };
  }, []);
  return useCallback(async () => {
    const { current } = now;
    if (!(await serverAnswers()) || current.isGone) return;
    if (current.isBusy) current.isWanted = true;
    else revalidate();
  }, [revalidate]);
}
