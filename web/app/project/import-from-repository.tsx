import type { Detected } from '@specwright/protocol/workflow-api.ts';
import { type FormEvent, useState } from 'react';
import { LookRefused } from '../phase-start/look-refused.tsx';
import { NoMachine } from '../phase-start/no-machine.tsx';
import { type Detection, useDetect } from '../phase-start/use-detect.ts';
import { Spinner } from '../ui/button.tsx';
import { RadioList } from '../ui/field.tsx';
import { FormActions } from '../ui/modal.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useForm } from '../ui/use-form.ts';
import type { ImportFormProps } from './import-spec.tsx';
import type { ProjectIntent } from './project-intents.ts';

/** A task file as it is committed in the repository: a machine lists them, and reads the chosen one. */
export function ImportFromRepository({ projectId, onClose, onImported }: ImportFormProps) {
  const detection = useDetect(projectId, { folder: null, batchSize: 15 });
  const files = detection.found?.taskFiles ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const path = chosen ?? (detection.found?.seen.taskFile || files[0]?.path) ?? '';
  const { submit, pending, general } = useForm<ProjectIntent>(`/projects/${projectId}`);
  const send = (event: FormEvent) =>
    submit(event, { intent: 'import-tasks', projectId, path }, { done: 'Spec imported', onDone: onImported });
  return (
    <form onSubmit={send} aria-busy={detection.asking} data-testid="import-tasks">
      <Refused detection={detection} />
      {files.length > 0 ? (
        <div className="max-h-[40vh] overflow-y-auto">
          <RadioList label="Task file" value={path} onChange={setChosen} options={files.map(optionOf)} />
        </div>
      ) : detection.asking ? (
        <p role="status" className="flex items-center gap-2 text-muted">
          <Spinner /> Asking a machine which task files the repository has…
        </p>
      ) : detection.found ? (
        <p role="status" className="text-muted">
          The repository has no tasks.md on the branch that runs begin from. Commit one, or paste it.
        </p>
      ) : null}
      <div className="mt-4">
        <Refusal text={general} />
      </div>
      <FormActions action="Import" pending={pending} disabled={files.length === 0} onCancel={onClose} />
    </form>
  );
}

function Refused({ detection: { refused, asking, again } }: { detection: Detection }) {
  if (!refused || asking) return null;
  if (refused.noMachine) return <NoMachine message={refused.message} again={again} />;
  return <LookRefused again={again}>{refused.message}</LookRefused>;
}

function optionOf({ path, dialect, open, done }: Detected['taskFiles'][number]) {
  return { value: path, label: path, hint: `${dialect} · ${open === 0 ? 'nothing open' : `${open} open`}, ${done} done` };
}
