import type { RepositoryCommand } from '@specwright/protocol/phase.ts';
import { useRef, useState } from 'react';
import { detect } from './detect.ts';

export interface Commands {
  /** Of the repository's own, as they were when it was asked last; null: not asked yet, or no answer. */
  known: RepositoryCommand[] | null;
  asking: boolean;
  /** Why it is not known. */
  refused: string | null;
  /** Asks a machine, unless it has just answered. */
  ask: () => void;
}

/** A menu that is opened again at once asks nobody. */
const FRESH_MS = 30_000;

/** Which commands of its own a repository has: asked when a menu is opened, never before. */
export function useCommands(projectId: string): Commands {
  const [answer, setAnswer] = useState<Pick<Commands, 'known' | 'refused'>>({ known: null, refused: null });
  const [asking, setAsking] = useState(false);
  const askedAt = useRef<number | null>(null);
  const ask = async () => {
    if (asking || (askedAt.current !== null && performance.now() - askedAt.current < FRESH_MS)) return;
    setAsking(true);
    const said = await detect(projectId, {});
    setAsking(false);
    askedAt.current = 'found' in said ? performance.now() : null;
    setAnswer('found' in said ? { known: said.found.commands, refused: null } : { known: null, refused: wordsOf(said.refused) });
  };
  return { ...answer, asking, ask: () => void ask() };
}

function wordsOf({ noMachine, message }: { noMachine: boolean; message: string }): string {
  return noMachine ? 'No machine that serves it is online' : message;
}
