import type { RunView } from '@specwright/protocol/api.ts';
import { useCallback, useEffect, useState } from 'react';
import { type CallOptions, useCalls } from '../ui/use-calls.ts';
import { type PhaseWish, phaseCall } from './phase-calls.ts';

/** Tells a phase what a person wishes. Its socket brings what becomes of it, so nothing is read again. */
export function usePhase(runId: string) {
  const { call, pending } = useCalls();
  const tell = useCallback((wish: PhaseWish, options?: CallOptions) => call(phaseCall(runId, wish), options), [call, runId]);
  return { tell, pending };
}

/** A run's view, read by the page itself. Null: not here yet; `failed`: it could not be read. */
export function useRunView(runId: string): { view: RunView | null; failed: boolean; again: () => void } {
  const [read, setRead] = useState<{ view: RunView | null; failed: boolean }>({ view: null, failed: false });
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try reads anew.
  useEffect(() => {
    const controller = new AbortController();
    fetch(`/api/runs/${encodeURIComponent(runId)}`, { signal: controller.signal })
      .then(async (response) =>
        setRead(response.ok ? { view: (await response.json()) as RunView, failed: false } : { view: null, failed: true }),
      )
      .catch(() => controller.signal.aborted || setRead({ view: null, failed: true }));
    return () => controller.abort();
  }, [runId, tries]);
  const known = read.view?.state.id === runId ? read.view : null;
  return { view: known, failed: read.failed, again: () => setTries(tries + 1) };
}
