import { arrayMove } from '@dnd-kit/sortable';
import { Sortable } from '../ui/sortable.tsx';
import { SortableRow } from '../ui/sortable-row.tsx';
import { useOrder } from '../ui/use-order.ts';
import { useSend } from '../ui/use-send.ts';
import { ChunkBody, type ChunkListProps } from './chunk-row.tsx';
import type { SpecIntent } from './spec-intents.ts';

/** The chunks, ordered as every sortable list is. */
export default function SortableChunks(props: ChunkListProps) {
  const { send, pending } = useSend<SpecIntent>(`/specs/${props.specId}`);
  const [order, setOrder] = useOrder(props.chunks, pending);
  const onMove = (from: number, to: number) => {
    const next = arrayMove(order, from, to);
    setOrder(next);
    send({ intent: 'order-chunks', chunkIds: next.map((chunk) => chunk.id) });
  };
  return (
    <Sortable id="chunks" items={order} onMove={onMove}>
      {(move) => (
        <ol aria-label="Chunks" className="divide-y divide-line">
          {order.map((chunk, index) => (
            <SortableRow
              key={chunk.id}
              id={chunk.id}
              title={chunk.title}
              onStep={(step) => move(index, index + step)}
              marks={{ 'data-testid': 'chunk', 'data-status': chunk.status }}
              className="items-start py-2"
              carriedClassName="relative z-10"
            >
              <ChunkBody {...props} chunk={chunk} />
            </SortableRow>
          ))}
        </ol>
      )}
    </Sortable>
  );
}
