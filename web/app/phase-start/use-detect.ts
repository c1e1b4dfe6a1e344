import type { Detected } from '@specwright/protocol/workflow-api.ts';
import { useEffect, useState } from 'react';
import { type DetectRefusal, detect } from './detect.ts';

/** A person who types a folder's name is not asked about at each letter. */
const SETTLES_MS = 600;

export interface Detection {
  asking: boolean;
  /** The latest that was found; stays while it is asked anew. */
  found: Detected | null;
  refused: DetectRefusal | null;
  again: () => void;
}

interface Wish {
  folder: string | null;
  /** Null: what is typed is no size; nothing is asked. */
  batchSize: number | null;
}

/** What a phase would find: asked at once, and anew when the folder or the batch size has become another. */
export function useDetect(projectId: string, { folder, batchSize }: Wish): Detection {
  const [asking, setAsking] = useState(true);
  const [{ found, refused }, setAnswer] = useState<Pick<Detection, 'found' | 'refused'>>({ found: null, refused: null });
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try asks anew.
  useEffect(() => {
    if (batchSize === null) return;
    const controller = new AbortController();
    const ask = async () => {
      setAsking(true);
      const answer = await detect(projectId, { folder, batchSize }, controller.signal).catch(() => null);
      if (answer === null || controller.signal.aborted) return;
      setAsking(false);
      setAnswer((before) =>
        'found' in answer ? { found: answer.found, refused: null } : { found: before.found, refused: answer.refused },
      );
    };
    const timer = setTimeout(ask, first(found, refused) ? 0 : SETTLES_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [projectId, folder, batchSize, tries]);
  return { asking, found, refused, again: () => setTries(tries + 1) };
}

function first(found: Detected | null, refused: DetectRefusal | null): boolean {
  return found === null && refused === null;
}
