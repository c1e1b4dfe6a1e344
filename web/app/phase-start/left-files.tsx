import type { Detected } from '@specwright/protocol/workflow-api.ts';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import type { StartIntent } from './start-intents.ts';

interface LeftFilesProps {
  projectId: string;
  left: Detected['left'];
  onResumed: (runId: string) => void;
  /** One was marked: what is left is to be read again. */
  onMarked: () => void;
}

/** Orchestrations whose file stands in the repository while nothing carries them on. */
export function LeftFiles({ projectId, left, onResumed, onMarked }: LeftFilesProps) {
  const { send, pending } = useSend<StartIntent>(`/projects/${projectId}`);
  const [refusal, setRefusal] = useState<string | null>(null);
  if (left.length === 0) return null;
  const decide = (runId: string, decision: 'resume' | 'mark_failed') => {
    setRefusal(null);
    void send(
      { intent: 'left-phase', projectId, runId, decision },
      {
        done: decision === 'resume' ? 'It goes on' : 'Marked as failed',
        onRefused: (error) => setRefusal(error.message),
        onDone: () => (decision === 'resume' ? onResumed(runId) : onMarked()),
      },
    );
  };
  return (
    <div className="mb-4 grid grid-cols-1 gap-2" data-testid="phase-left">
      {left.map((file) => (
        <Notice
          key={file.runId}
          tone="info"
          action={
            <>
              {file.resumable ? (
                <Button small pending={pending} onClick={() => decide(file.runId, 'resume')}>
                  Resume
                </Button>
              ) : null}
              <Button small kind="ghost" disabled={pending} onClick={() => decide(file.runId, 'mark_failed')}>
                Mark failed
              </Button>
            </>
          }
        >
          An orchestration of <LocalDate at={file.updatedAt} /> was left {placeOf(file)}.
        </Notice>
      ))}
      {refusal ? (
        <Notice tone="bad" role="alert">
          {refusal}
        </Notice>
      ) : null}
    </div>
  );
}

/** It stands in a dialog that only a browser draws: the person's own zone and words. */
function LocalDate({ at }: { at: number }) {
  const date = new Date(at);
  return <time dateTime={date.toISOString()}>{date.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })}</time>;
}

function placeOf({ batches: { done, total } }: Detected['left'][number]): string {
  if (total === 0) return 'before its first batch';
  return done >= total ? `after all ${total} batches` : `at batch ${done + 1} of ${total}`;
}
