import type { Project } from '@specwright/protocol/api.ts';
import { type FormEvent, useId, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { Button } from '../ui/button.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { ActiveNotice } from './active-notice.tsx';
import { AdvancedOptions } from './advanced-options.tsx';
import { BudgetOptions } from './budget-options.tsx';
import { type DraftField, folderIn, readDraft } from './config-draft.ts';
import { CoreOptions } from './core-options.tsx';
import { Fold } from './fold.tsx';
import { FoundPanel } from './found-panel.tsx';
import { LeftFiles } from './left-files.tsx';
import { outlookOf } from './outlook.ts';
import { useConfigDraft } from './use-config-draft.ts';
import { useDetect } from './use-detect.ts';
import { useStart } from './use-start.ts';

const ADVANCED: DraftField[] = ['maxHealAttempts', 'batchSizeFallback', 'folder'];
const BUDGETS: DraftField[] = ['maxPerBatch', 'maxTotal', 'healingBudget', 'decisionBudget', 'maxTokens', 'maxStepsPerBatch'];

interface StartFormProps {
  project: Project;
  onClose: () => void;
  onStarted: (runId: string) => void;
}

/** What a phase would find, and all that it is asked: once, then no click more. Begins with the defaults, or with what was typed and not started. */
export default function StartForm({ project, onClose, onStarted }: StartFormProps) {
  const { draft, isTyped, set, reset, forget } = useConfigDraft(project.id);
  const [open, setOpen] = useState({ advanced: false, budgets: false });
  const { config, errors } = useMemo(() => readDraft(draft), [draft]);
  const detection = useDetect(project.id, {
    folder: errors.folder ? null : folderIn(draft.folder),
    batchSize: errors.batchSizeFallback ? null : Number(draft.batchSizeFallback),
  });
  const start = useStart(project.id, (runId) => {
    forget();
    onStarted(runId);
  });
  const form = useRef<HTMLFormElement>(null);
  const noteId = useId();
  const { found } = detection;
  const parts = { draft, errors, set };
  const wrong = (fields: DraftField[]) => fields.filter((field) => errors[field]).length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (config) return start.start(config);
    flushSync(() => setOpen({ advanced: open.advanced || wrong(ADVANCED) > 0, budgets: open.budgets || wrong(BUDGETS) > 0 }));
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  };
  return (
    <form ref={form} noValidate onSubmit={submit} data-testid="phase-form">
      {found ? <LeftFiles projectId={project.id} left={found.left} onResumed={onStarted} onMarked={detection.again} /> : null}
      <div className="grid grid-cols-1 items-start gap-x-6 gap-y-5 md:grid-cols-2">
        <FoundPanel detection={detection} outlook={found ? outlookOf(found, draft) : null} />
        <div className="min-w-0">
          <CoreOptions {...parts} gated={found?.seen.gate != null} />
          <div className="mt-4">
            <Fold
              title="Advanced"
              aside={<Wrong count={wrong(ADVANCED)} otherwise="healing, batches, folder" />}
              open={open.advanced}
              onToggle={(advanced) => setOpen((now) => ({ ...now, advanced }))}
            >
              <AdvancedOptions {...parts} folders={foldersOf(found?.taskFiles)} />
            </Fold>
            <Fold
              title="Budgets"
              aside={<Wrong count={wrong(BUDGETS)} otherwise={`$${draft.maxPerBatch} a batch, $${draft.maxTotal} in all`} />}
              open={open.budgets}
              onToggle={(budgets) => setOpen((now) => ({ ...now, budgets }))}
            >
              <BudgetOptions {...parts} settings={project.settings} />
            </Fold>
          </div>
        </div>
      </div>
      <div className="sticky bottom-0 -mx-5 -mb-5 mt-4 grid grid-cols-1 gap-2 border-t border-line bg-surface px-5 py-3">
        <ActiveNotice start={start} />
        {start.active === null ? <Refusal text={start.refusal} /> : null}
        <div className="flex flex-wrap items-center justify-end gap-2">
          <span id={noteId} role="status" className="mr-auto text-[12px] text-bad">
            {config ? '' : 'A field cannot be taken as it is.'}
          </span>
          {isTyped ? (
            <Button kind="ghost" onClick={reset}>
              Back to the defaults
            </Button>
          ) : null}
          <Button kind="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button kind="primary" type="submit" pending={start.pending || start.replacing} aria-describedby={noteId}>
            Start Orchestration
          </Button>
        </div>
      </div>
    </form>
  );
}

function Wrong({ count, otherwise }: { count: number; otherwise: string }) {
  return count === 0 ? otherwise : <span className="text-bad">{count === 1 ? '1 field' : `${count} fields`} to correct</span>;
}

/** The folders of the task files that were seen, for the field's suggestions. */
function foldersOf(files: { path: string }[] = []): string[] {
  const folders = files.flatMap(({ path }) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : []));
  return [...new Set(folders)];
}
