import type { Chunk } from '@specwright/protocol/api.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';

/** Chunks with the states of a run that is newer than what D1 says of them. A chunk that a person changed since keeps its own. */
export function liveChunks(chunks: Chunk[], run: RunState | null): Chunk[] {
  if (run === null) return chunks;
  const items = new Map(run.items.map((item) => [item.id, item]));
  return chunks.map((chunk) => {
    const item = items.get(chunk.id);
    if (!item?.selected || chunk.updatedAt > run.updatedAt) return chunk;
    const { status, commit, error, summary, durationMs } = item;
    return { ...chunk, status, commit: commit ?? chunk.commit, error, summary: summary ?? chunk.summary, durationMs };
  });
}
