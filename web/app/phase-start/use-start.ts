import type { RunSummary } from '@specwright/protocol/api.ts';
import type { OrchestrationConfig } from '@specwright/protocol/phase.ts';
import type { OrchestrationView, StartedOrchestration } from '@specwright/protocol/workflow-api.ts';
import { useEffect, useRef, useState } from 'react';
import type { Refused } from '../server/api.ts';
import { useSend } from '../ui/use-send.ts';
import type { StartIntent } from './start-intents.ts';

const LOOK_MS = 700;
const AT_REST: ReadonlySet<RunSummary['status']> = new Set(['completed', 'failed', 'cancelled']);

export interface Start {
  start: (config: Partial<OrchestrationConfig>) => void;
  pending: boolean;
  /** Why it was refused, as a sentence. */
  refusal: string | null;
  /** The run that is in progress already, where that is why. */
  active: string | null;
  /** Cancels that run, waits until it has ended, and starts this one. */
  replace: () => void;
  replacing: boolean;
}

/** Starts a phase of a project. */
export function useStart(projectId: string, onStarted: (runId: string) => void): Start {
  const { send, pending } = useSend<StartIntent>(`/projects/${projectId}`);
  const [refused, setRefused] = useState<Refused | null>(null);
  const [replacing, setReplacing] = useState(false);
  const wanted = useRef<Partial<OrchestrationConfig> | null>(null);
  const gone = useGone();
  const active = refused?.code === 'ORCHESTRATION_ACTIVE' ? (/run_[0-9a-zA-Z]+/.exec(refused.message)?.[0] ?? null) : null;
  const start = (config: Partial<OrchestrationConfig>) => {
    wanted.current = config;
    setRefused(null);
    void send(
      { intent: 'start-phase', projectId, config },
      { done: 'Orchestration started', onRefused: setRefused, onDone: ({ runId }: StartedOrchestration) => onStarted(runId) },
    );
  };
  const replace = () => {
    if (active === null) return;
    setReplacing(true);
    const ended = async () => {
      const isOver = await restOf(active, gone);
      setReplacing(false);
      if (isOver && wanted.current && !gone.current) start(wanted.current);
    };
    void send(
      { intent: 'cancel-phase', runId: active },
      {
        onDone: ended,
        onRefused: (error) => {
          // It has ended by itself meanwhile: nothing stands in the way.
          if (error.code === 'RUN_NOT_ACTIVE' || error.code === 'RUN_COMPLETED') return void ended();
          setReplacing(false);
          setRefused(error);
        },
      },
    );
  };
  return { start, pending, refusal: refused?.message ?? null, active, replace, replacing };
}

/** Looks until the run rests; false: the page is gone, or the server does not answer. */
async function restOf(runId: string, gone: { current: boolean }): Promise<boolean> {
  while (!gone.current) {
    const response = await fetch(`/api/workflow/orchestrate/status?runId=${encodeURIComponent(runId)}`).catch(() => null);
    if (response?.status === 404) return true;
    if (response?.ok && AT_REST.has(((await response.json()) as OrchestrationView).runStatus)) return true;
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
  return false;
}

function useGone(): { current: boolean } {
  const gone = useRef(false);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
    };
  }, []);
  return gone;
}
