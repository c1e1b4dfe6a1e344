import { useFetcher } from '@remix-run/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { toast } from 'sonner';
import { serverAnswers } from '../live/server-answers.ts';
import type { Outcome, Refused } from '../server/api.ts';

const AWAY: Refused = {
  code: 'UNAVAILABLE',
  message: 'The server does not answer. Nothing was changed; try again when it is back.',
  requestId: '',
  retryable: true,
};

export interface SendOptions {
  /** Said in a toast when it worked. */
  done?: string;
  onDone?: (data: never) => void;
  /** Takes the refusal instead of a toast. */
  onRefused?: (error: Refused) => void;
}

/**
 * Sends a person's wish to a route's action, says how it went, and lets Remix read everything again.
 * One wish at a time: a second one replaces the first one's answer.
 */
export function useSend<Intent extends { intent: string }>(action: string) {
  const fetcher = useFetcher<Outcome>();
  const [asking, setAsking] = useState(false);
  const waiting = useRef<SendOptions | null>(null);
  const submit = fetcher.submit;
  const send = useCallback(
    async (intent: Intent, options: SendOptions = {}) => {
      setAsking(true);
      const answers = await serverAnswers();
      setAsking(false);
      if (!answers) return settle({ ok: false, error: AWAY }, options);
      waiting.current = options;
      submit(intent as never, { method: 'post', encType: 'application/json', action });
    },
    [submit, action],
  );
  useEffect(() => {
    if (fetcher.state !== 'idle' || !fetcher.data || !waiting.current) return;
    const options = waiting.current;
    waiting.current = null;
    settle(fetcher.data as Outcome, options);
  }, [fetcher.state, fetcher.data]);
  useSettledLeave(fetcher.state === 'loading' ? fetcher.data : undefined, waiting);
  return { send, pending: asking || fetcher.state !== 'idle' };
}

/** A form that the fresh data takes away (it is drawn anew, or its page is gone) still says how it went. */
function useSettledLeave(answered: Outcome | undefined, waiting: { current: SendOptions | null }): void {
  const last = useRef<Outcome | undefined>(undefined);
  useEffect(() => {
    last.current = answered;
  }, [answered]);
  useEffect(
    () => () => {
      const options = waiting.current;
      waiting.current = null;
      if (options && last.current) settle(last.current, options);
    },
    [waiting],
  );
}

function settle(outcome: Outcome, options: SendOptions): void {
  if (outcome.ok) {
    if (options.done) toast.success(options.done);
    options.onDone?.(outcome.data as never);
    return;
  }
  if (options.onRefused) options.onRefused(outcome.error);
  else toast.error(outcome.error.message);
}
