import { usePiece } from '../run/use-piece.ts';
import { Markdown } from '../text/markdown-view.tsx';

/** What a chunk or fix asks for, as the run has kept it. */
export function ChunkText({ runId, hash }: { runId: string; hash: string }) {
  const piece = usePiece(runId, hash);
  if (piece.text === null) return <p className="text-faint">{piece.message}</p>;
  const { description, acceptanceCriteria } = readText(piece.text);
  return (
    <section
      aria-label="Text of the chunk"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
      className="max-h-72 overflow-y-auto rounded-md border border-line bg-sunken p-3"
    >
      <Markdown source={description} />
      {acceptanceCriteria.length > 0 ? (
        <ul aria-label="Acceptance criteria" className="mt-2 list-disc pl-5 text-muted">
          {acceptanceCriteria.map((criterion) => (
            <li key={criterion} className="break-words">
              {criterion}
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

/** A chunk's text is JSON, that of a fix is Markdown. */
function readText(text: string): { description: string; acceptanceCriteria: string[] } {
  try {
    const { description, acceptanceCriteria } = JSON.parse(text) as { description?: unknown; acceptanceCriteria?: unknown };
    if (typeof description === 'string' && Array.isArray(acceptanceCriteria))
      return { description, acceptanceCriteria: acceptanceCriteria.map(String) };
  } catch {
    // No JSON: shown as it is.
  }
  return { description: text, acceptanceCriteria: [] };
}
