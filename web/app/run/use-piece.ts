import { useEffect, useState } from 'react';

export interface PieceText {
  /** Null until it is here. */
  text: string | null;
  message: string;
}

const known = new Map<string, string>();
const KNOWN_AT_MOST = 100;

/** A run's piece (a diff, an output), read when it is first shown. Named by its content, so it never changes. */
export function usePiece(runId: string, hash: string): PieceText {
  const [piece, setPiece] = useState<PieceText>({ text: known.get(hash) ?? null, message: 'Loading…' });
  useEffect(() => {
    let wanted = true;
    readPiece(runId, hash).then(
      (text) => wanted && setPiece({ text, message: '' }),
      () => wanted && setPiece({ text: null, message: 'This could not be read. Is the server still running?' }),
    );
    return () => {
      wanted = false;
    };
  }, [runId, hash]);
  return piece;
}

async function readPiece(runId: string, hash: string): Promise<string> {
  const found = known.get(hash);
  if (found !== undefined) return found;
  const response = await fetch(`/api/runs/${runId}/pieces/${hash}`);
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const text = isJson ? ((await response.json()) as { text: string }).text : await response.text();
  if (known.size >= KNOWN_AT_MOST) known.clear();
  known.set(hash, text);
  return text;
}
