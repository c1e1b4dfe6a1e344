import { type Item, isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { useMay } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { usePhase } from './use-phase.ts';

/** Retry or Skip of what failed. */
export function ItemWishes({ item, run }: { item: Item; run: RunState }) {
  const { tell, pending } = usePhase(run.id);
  const mayRun = useMay('member');
  if (!mayRun || item.status !== 'failed' || !(isAtRest(run) || run.status === 'waiting')) return null;
  const what = item.phase?.stage === 'implement' ? 'batch' : (item.phase?.stage ?? 'stage');
  return (
    <>
      <Button kind="primary" pending={pending} onClick={() => tell({ wish: 'retry', itemId: item.id }, { done: `Retrying ${item.title}` })}>
        Retry {what}
      </Button>
      <Button disabled={pending} onClick={() => tell({ wish: 'skip', itemId: item.id }, { done: `Skipped ${item.title}` })}>
        Skip {what}
      </Button>
    </>
  );
}
