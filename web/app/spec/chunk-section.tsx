import type { Chunk, Spec } from '@specwright/protocol/api.ts';
import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { type ComponentType, useEffect, useMemo, useState } from 'react';
import { useMay } from '../shell/me.ts';
import { isTyping } from '../shell/use-shortcuts.ts';
import { Button } from '../ui/button.tsx';
import { plural } from '../ui/format.ts';
import { Empty, Panel } from '../ui/surface.tsx';
import { ChunkDrawer } from './chunk-drawer.tsx';
import { type ChunkListProps, ChunkListStill } from './chunk-row.tsx';
import { DeleteChunk } from './delete-chunk.tsx';
import { liveChunks } from './live-chunks.ts';

export type ChunkAsk = { name: 'add' } | { name: 'edit' | 'delete'; chunk: Chunk } | null;

/** The spec's chunks: add, edit, order, delete, run one. Their states follow the run live. */
export function ChunkSection({ spec, run }: { spec: Spec; run: RunState | null }) {
  const [ask, setAsk] = useState<ChunkAsk>(null);
  const chunks = useMemo(() => liveChunks(spec.chunks, run), [spec.chunks, run]);
  const active = run !== null && !isAtRest(run);
  const mayWrite = useMay('member');
  const ChunkList = useSortableChunks(mayWrite);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'a' || !mayWrite || isTyping(event)) return;
      event.preventDefault();
      setAsk({ name: 'add' });
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [mayWrite]);
  const list = { specId: spec.id, chunks, active, onAsk: setAsk };
  return (
    <Panel
      id="chunks-heading"
      title={chunks.length > 0 ? plural(chunks.length, 'chunk') : 'Chunks'}
      flush
      aside={
        mayWrite ? (
          <Button small onClick={() => setAsk({ name: 'add' })}>
            + Add chunk
          </Button>
        ) : null
      }
    >
      {chunks.length === 0 ? (
        <Empty
          title="No chunks yet"
          action={
            mayWrite ? (
              <Button kind="primary" onClick={() => setAsk({ name: 'add' })}>
                + Add chunk
              </Button>
            ) : null
          }
        >
          A chunk is a small piece of work that one agent can finish and another can review.
        </Empty>
      ) : (
        <ChunkList {...list} />
      )}
      <ChunkDrawer
        open={ask?.name === 'add' || ask?.name === 'edit'}
        chunk={ask?.name === 'edit' ? ask.chunk : null}
        spec={spec}
        onClose={() => setAsk(null)}
      />
      <DeleteChunk chunk={ask?.name === 'delete' ? ask.chunk : null} specId={spec.id} onClose={() => setAsk(null)} />
    </Panel>
  );
}

/** Drag and drop is loaded after the first paint: nobody waits for it to read. */
function useSortableChunks(mayWrite: boolean): ComponentType<ChunkListProps> {
  const [List, setList] = useState<ComponentType<ChunkListProps>>(() => ChunkListStill);
  useEffect(() => {
    if (!mayWrite) return;
    let wanted = true;
    import('./sortable-chunks.tsx').then(
      (module) => wanted && setList(() => module.default),
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [mayWrite]);
  return List;
}
