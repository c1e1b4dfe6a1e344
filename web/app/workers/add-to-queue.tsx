import type { Page, Project, SpecSummary } from '@specwright/protocol/api.ts';
import type { StartedWorker } from '@specwright/protocol/workers-api.ts';
import { type FormEvent, useEffect, useState } from 'react';
import { SelectField, TextField } from '../ui/field.tsx';
import { FormActions, Modal } from '../ui/modal.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useCalls } from '../ui/use-calls.ts';
import { sayStarted } from './say-started.tsx';
import { queueSpec } from './worker-calls.ts';

interface AddToQueueProps {
  projects: Pick<Project, 'id' | 'name' | 'archivedAt'>[];
  /** The project to begin with; null: closed. */
  projectId: string | null;
  onClose: () => void;
}

/** Chooses a spec of any project and its priority: it begins where a slot is free, else it waits in its project's queue. */
export function AddToQueue({ projects, projectId, onClose }: AddToQueueProps) {
  return (
    <Modal open={projectId !== null} onClose={onClose} title="Add to queue" description={LEAD}>
      <AddForm projects={projects.filter((project) => project.archivedAt === null)} first={projectId ?? ''} onClose={onClose} />
    </Modal>
  );
}

const LEAD = 'It starts at once where a slot and a machine are free, else it waits in its project’s queue.';

function AddForm({ projects, first, onClose }: { projects: AddToQueueProps['projects']; first: string; onClose: () => void }) {
  const [projectId, setProjectId] = useState(first || (projects[0]?.id ?? ''));
  const { specs, problem } = useSpecs(projectId);
  const [chosen, setChosen] = useState('');
  const [priority, setPriority] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const { call, pending } = useCalls();
  const specId = specs?.some((spec) => spec.id === chosen) ? chosen : (specs?.[0]?.id ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setRefusal(null);
    const title = specs?.find((spec) => spec.id === specId)?.title ?? 'The spec';
    call(queueSpec(specId, priority.trim() === '' ? null : Number(priority)), {
      onRefused: setRefusal,
      onDone: (started: StartedWorker) => {
        sayStarted(title, started);
        onClose();
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <SelectField
        label="Project"
        value={projectId}
        onChange={setProjectId}
        options={projects.map((project) => ({ value: project.id, label: project.name }))}
      />
      <SelectField
        label="Spec"
        value={specId}
        onChange={setChosen}
        options={(specs ?? []).map((spec) => ({ value: spec.id, label: spec.title }))}
        hint={
          specs === null
            ? 'Reading the specs…'
            : specs.length === 0
              ? 'No spec of this project can be started: add one with chunks first.'
              : null
        }
        error={problem}
      />
      <TextField
        label="Priority (-100 to 100)"
        type="number"
        min={-100}
        max={100}
        step={1}
        value={priority}
        onChange={setPriority}
        placeholder="the project’s default"
        hint="Higher is served first."
      />
      <Refusal text={refusal} />
      <FormActions action="Add to queue" pending={pending} disabled={specId === ''} onCancel={onClose} />
    </form>
  );
}

const GOING = new Set(['queued', 'running', 'pausing', 'paused', 'stopping', 'waiting']);

/** The specs of a project that can be started now; null while they are read. */
function useSpecs(projectId: string): { specs: SpecSummary[] | null; problem: string | null } {
  const [read, setRead] = useState<{ projectId: string; specs: SpecSummary[] } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (projectId === '') return;
    let wanted = true;
    setProblem(null);
    readSpecs(projectId).then(
      (specs) => wanted && setRead({ projectId, specs: specs.filter(isStartable) }),
      () => wanted && setProblem('The specs could not be read. Is the server still running?'),
    );
    return () => {
      wanted = false;
    };
  }, [projectId]);
  return { specs: read?.projectId === projectId ? read.specs : projectId === '' ? [] : null, problem };
}

function isStartable(spec: SpecSummary): boolean {
  return spec.chunkCount > 0 && !(spec.latestRun && GOING.has(spec.latestRun.status));
}

async function readSpecs(projectId: string): Promise<SpecSummary[]> {
  const all: SpecSummary[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const response: Response = await fetch(
      `/api/projects/${encodeURIComponent(projectId)}/specs?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    const page = (await response.json()) as Page<SpecSummary>;
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}
