import type { Detected } from '@specwright/protocol/workflow-api.ts';
import { useEffect, useRef, useState } from 'react';
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
  /** The try that was asked last: what is typed after it settles first. */
  const asked = useRef<number | null>(null);
  useEffect(() => {
    if (batchSize === null) return setAsking(false);
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
    const timer = setTimeout(ask, asked.current === tries ? SETTLES_MS : 0);
    asked.current = tries;
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [projectId, folder, batchSize, tries]);
  return { asking, found, refused, again: () => setTries(tries + 1) };
}
