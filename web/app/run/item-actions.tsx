import { type Item, isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { useMay } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { useSend } from '../ui/use-send.ts';
import type { RunIntent } from './run-intents.ts';

/** Retry or skip a chunk that failed; only a run that rests or waits can be told so. */
export function ItemActions({ item, run }: { item: Item; run: RunState }) {
  const { send, pending } = useSend<RunIntent>(`/runs/${run.id}`);
  const mayRun = useMay('member');
  const canAct = mayRun && item.kind === 'chunk' && item.status === 'failed' && (isAtRest(run) || run.status === 'waiting');
  if (!canAct) return null;
  return (
    <div className="flex flex-wrap gap-2">
      <Button
        small
        kind="primary"
        pending={pending}
        onClick={() => send({ intent: 'retry', chunkId: item.id }, { done: `Retrying ${item.title}` })}
      >
        Retry chunk
      </Button>
      <Button small disabled={pending} onClick={() => send({ intent: 'skip', chunkId: item.id }, { done: `Skipped ${item.title}` })}>
        Skip chunk
      </Button>
    </div>
  );
}
