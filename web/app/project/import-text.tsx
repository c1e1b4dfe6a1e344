import { isTaskFile } from '@specwright/protocol/task-file/is-task-file.ts';
import { type FormEvent, useMemo, useState } from 'react';
import { Choice } from '../ui/choice.tsx';
import { TextArea } from '../ui/field.tsx';
import { FormActions } from '../ui/modal.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useForm } from '../ui/use-form.ts';
import type { ImportFormProps } from './import-spec.tsx';
import { looksLikeTasks } from './looks-like-tasks.ts';
import type { ProjectIntent } from './project-intents.ts';

/** A file of this computer, or what is pasted. Which of the two kinds it is, the text says, unless a person does. */
export default function ImportText({ projectId, onClose, onImported }: ImportFormProps) {
  const [markdown, setMarkdown] = useState('');
  const [said, setSaid] = useState<'spec' | 'tasks' | null>(null);
  const { submit, pending, general } = useForm<ProjectIntent>(`/projects/${projectId}`);
  const hasBoxes = useMemo(() => looksLikeTasks(markdown), [markdown]);
  const likely = useMemo(() => (hasBoxes && isTaskFile(markdown) ? 'tasks' : 'spec'), [hasBoxes, markdown]);
  const as = hasBoxes ? (said ?? likely) : 'spec';
  const send = (event: FormEvent) =>
    submit(event, { intent: 'import-spec', projectId, markdown, as }, { done: 'Spec imported', onDone: onImported });
  return (
    <form onSubmit={send}>
      <label className="mb-4 block">
        <span className="mb-1 block text-[12px] text-muted">File</span>
        <input
          type="file"
          accept=".md,text/markdown,text/plain"
          onChange={async (event) => setMarkdown((await event.target.files?.[0]?.text()) ?? '')}
          className="block w-full text-[12px] text-muted file:mr-3 file:h-8 file:cursor-pointer file:rounded-md file:border file:border-line file:bg-raised file:px-3 file:text-ink"
        />
      </label>
      <TextArea
        label="or paste it"
        value={markdown}
        onChange={setMarkdown}
        rows={14}
        spellCheck={false}
        placeholder={'# Title\n\nWhat is to be built, and why.\n\n## Chunks\n…\n\nor a task file: - [ ] T001 …'}
      />
      {hasBoxes ? (
        <div className="mt-4">
          <Choice
            label="It has boxes to tick. Read it as"
            value={as}
            onChange={setSaid}
            options={[
              { value: 'tasks', label: 'Task file: a chunk for each open task' },
              { value: 'spec', label: 'SPEC.md' },
            ]}
          />
        </div>
      ) : null}
      <Refusal text={general} />
      <FormActions action="Import" pending={pending} disabled={markdown.trim() === ''} onCancel={onClose} />
    </form>
  );
}
