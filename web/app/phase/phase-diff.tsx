import type { Attempt, RunState } from '@specwright/protocol/run-state.ts';
import { useState } from 'react';
import { DiffPiece } from '../run/diff-piece.tsx';
import { Button } from '../ui/button.tsx';
import { shortCommit } from '../ui/format.ts';
import { confirmed } from './phase-sum.ts';

/** The work against the base branch, commit by commit in their order; each opens by itself, or all at once. */
export function PhaseDiff({ run }: { run: RunState }) {
  const [open, setOpen] = useState<string[]>([]);
  const parts = run.items.flatMap((item) => {
    const attempt = confirmed(item);
    return attempt?.diffPiece && item.phase?.stage !== 'merge' ? [{ item, attempt, hash: attempt.diffPiece }] : [];
  });
  if (parts.length === 0) return <p className="text-[12px] text-muted">No stage has changed a file.</p>;
  const all = parts.every(({ item }) => open.includes(item.id));
  return (
    <section aria-label="Diff by stage" className="min-w-0">
      <div className="mb-1 flex flex-wrap items-center justify-between gap-2">
        <h4 className="text-[12px] text-muted">Diff against {run.phase?.baseBranch ?? 'the base branch'}, by commit</h4>
        <Button small kind="ghost" onClick={() => setOpen(all ? [] : parts.map(({ item }) => item.id))}>
          {all ? 'Hide all' : 'Show the whole diff'}
        </Button>
      </div>
      <ul className="divide-y divide-line overflow-hidden rounded-md border border-line">
        {parts.map(({ item, attempt, hash }) => {
          const isOpen = open.includes(item.id);
          return (
            <li key={item.id}>
              <button
                type="button"
                aria-expanded={isOpen}
                onClick={() => setOpen(isOpen ? open.filter((id) => id !== item.id) : [...open, item.id])}
                className="flex min-h-[28px] w-full flex-wrap items-center gap-x-3 px-3 py-1 text-left hover:bg-raised focus-visible:-outline-offset-2"
              >
                <span className="min-w-0 flex-1 basis-32 truncate">{item.title}</span>
                {item.commit ? <code className="text-[12px] text-faint">{shortCommit(item.commit)}</code> : null}
                <DiffStat stat={attempt.diffStat} />
              </button>
              {isOpen ? (
                <div className="border-t border-line p-2">
                  <DiffPiece hash={hash} runId={run.id} />
                </div>
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function DiffStat({ stat }: { stat: Attempt['diffStat'] }) {
  if (!stat) return null;
  return (
    <span className="text-[12px] tabular-nums text-faint">
      {stat.files === 1 ? '1 file' : `${stat.files} files`} <span className="text-accent">+{stat.added}</span>{' '}
      <span className="text-bad">−{stat.removed}</span>
    </span>
  );
}
