import { useCallback, useRef, useState } from 'react';
import { toast } from 'sonner';
import type { Call } from '../server/api.ts';

export interface CallOptions {
  /** Said in a toast when it worked. */
  done?: string;
  onDone?: (data: never) => void;
  /** Takes the refusal instead of a toast. */
  onRefused?: (message: string) => void;
}

const AWAY = 'The server does not answer. Nothing was changed; try again when it is back.';

/**
 * Calls the API from the page where a socket brings the change to everybody, so that nothing has to be read again. One call
 * after another, in the order they were wished: none overtakes or cuts off the one before.
 */
export function useCalls() {
  const last = useRef<Promise<void>>(Promise.resolve());
  const [waiting, setWaiting] = useState(0);
  const call = useCallback((wish: Call, options: CallOptions = {}) => {
    setWaiting((count) => count + 1);
    last.current = last.current.then(async () => {
      await carryOut(wish, options);
      setWaiting((count) => count - 1);
    });
  }, []);
  return { call, pending: waiting > 0 };
}

async function carryOut(
  { method, path, body, headers }: Call,
  { done, onDone, onRefused = (message) => toast.error(message) }: CallOptions,
) {
  try {
    const response = await fetch(path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) return onRefused(refusalIn(text, response));
    if (done) toast.success(done);
    onDone?.((text === '' ? null : JSON.parse(text)) as never);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    onRefused(AWAY);
  }
}

function refusalIn(text: string, response: Response): string {
  if (response.status === 429) return 'Too many tries. Wait a moment, then try again.';
  if (response.status === 401) return 'You are signed out. Sign in again, then try again.';
  try {
    return (JSON.parse(text) as { message?: string }).message ?? `The server answered ${response.status}.`;
  } catch {
    return `The server answered ${response.status}.`;
  }
}
