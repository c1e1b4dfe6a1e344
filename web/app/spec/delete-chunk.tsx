import type { Chunk } from '@specwright/protocol/api.ts';
import { Confirm } from '../ui/confirm.tsx';
import { useSend } from '../ui/use-send.ts';
import type { SpecIntent } from './spec-intents.ts';

export function DeleteChunk({ chunk, specId, onClose }: { chunk: Chunk | null; specId: string; onClose: () => void }) {
  const { send, pending } = useSend<SpecIntent>(`/specs/${specId}`);
  const remove = () => {
    if (chunk) send({ intent: 'delete-chunk', chunkId: chunk.id }, { done: `${chunk.title} was deleted`, onDone: onClose });
  };
  return (
    <Confirm open={chunk !== null} onClose={onClose} onConfirm={remove} title="Delete chunk" action="Delete chunk" pending={pending}>
      “{chunk?.title}” is deleted, and chunks that depend on it no longer do. Commits that it made stay on their branch.
    </Confirm>
  );
}
