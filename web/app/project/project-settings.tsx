import type { Project, ProjectSettings } from '@specwright/protocol/api.ts';
import { type FormEvent, useState } from 'react';
import { labelsIn, labelsProblem } from '../machines/sharing.ts';
import { useMay } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { CheckBox, TextField } from '../ui/field.tsx';
import { numberProblem } from '../ui/number-problem.ts';
import { Notice, Panel } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import type { ProjectIntent } from './project-intents.ts';
import { RepositoryFields, toDraft, toRepository } from './repository-fields.tsx';

interface SettingsDraft {
  executor: string;
  reviewer: string;
  maxIterations: string;
  budget: string;
  tokens: string;
  maxActive: string;
  priority: string;
  fairSharing: boolean;
  pausedMinutes: string;
  labels: string;
}

/** What this project sets for its runs; an empty field leaves the choice to the repository or the default. */
export function ProjectSettingsPanel({ project }: { project: Project }) {
  const [draft, setDraft] = useState(() => draftOf(project.settings));
  const [repository, setRepository] = useState(() => toDraft(project.repository));
  const [refusal, setRefusal] = useState<string | null>(null);
  const mayWrite = useMay('member');
  const problems = problemsOf(draft);
  const isWrong = Object.values(problems).some((problem) => problem !== null);
  const { send, pending } = useSend<ProjectIntent>(`/projects/${project.id}`);
  const set = (part: Partial<SettingsDraft>) => setDraft((now) => ({ ...now, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setRefusal(null);
    if (isWrong) return;
    send(
      { intent: 'update-project', projectId: project.id, changes: { settings: settingsOf(draft), repository: toRepository(repository) } },
      { done: 'Settings saved', onRefused: (error) => setRefusal(error.message) },
    );
  };
  return (
    <Panel id="settings-heading" title="Settings">
      <form onSubmit={submit}>
        <fieldset disabled={!mayWrite} className="min-w-0">
          <TextField
            label="Executor"
            value={draft.executor}
            onChange={(executor) => set({ executor })}
            placeholder="the repository’s choice"
            spellCheck={false}
          />
          <TextField
            label="Reviewer"
            value={draft.reviewer}
            onChange={(reviewer) => set({ reviewer })}
            placeholder="the repository’s choice"
            spellCheck={false}
          />
          <TextField
            label="Attempts a chunk may take"
            type="number"
            min={1}
            max={50}
            value={draft.maxIterations}
            onChange={(maxIterations) => set({ maxIterations })}
            placeholder="5"
            error={problems.maxIterations}
          />
          <TextField
            label="Budget of a run, in dollars"
            type="number"
            min="0.01"
            step="0.01"
            value={draft.budget}
            onChange={(budget) => set({ budget })}
            placeholder="no limit"
          />
          <TextField
            label="Tokens of a run"
            type="number"
            min={1}
            step={1}
            value={draft.tokens}
            onChange={(tokens) => set({ tokens })}
            placeholder="no limit"
            error={problems.tokens}
          />
          <TextField
            label="Specs at work at once"
            type="number"
            min={1}
            max={100}
            step={1}
            value={draft.maxActive}
            onChange={(maxActive) => set({ maxActive })}
            placeholder="the server’s default"
            hint="What is started above this waits in the queue."
            error={problems.maxActive}
          />
          <TextField
            label="Minutes that a paused spec keeps its slot"
            type="number"
            min={1}
            max={10_080}
            step={1}
            value={draft.pausedMinutes}
            onChange={(pausedMinutes) => set({ pausedMinutes })}
            placeholder="as long as it is paused"
            hint="Then another takes the slot. Resumed, the paused one waits before all others."
            error={problems.pausedMinutes}
          />
          <TextField
            label="Labels of its machines"
            value={draft.labels}
            onChange={(labels) => set({ labels })}
            placeholder="any machine"
            autoComplete="off"
            spellCheck={false}
            hint="Parted by commas. Only machines with all of these labels take what is started from now on."
            error={problems.labels}
          />
          <TextField
            label="Priority where none is given"
            type="number"
            min={-100}
            max={100}
            step={1}
            value={draft.priority}
            onChange={(priority) => set({ priority })}
            placeholder="0"
            error={problems.priority}
          />
          <div className="mb-4">
            <CheckBox
              label="Members take turns"
              hint="Within a priority, so that one person’s forty specs do not hold up another’s one."
              checked={draft.fairSharing}
              onChange={(fairSharing) => set({ fairSharing })}
            />
          </div>
          <RepositoryFields draft={repository} onChange={setRepository} />
        </fieldset>
        {refusal ? (
          <Notice tone="bad" role="alert">
            {refusal}
          </Notice>
        ) : null}
        {mayWrite ? (
          <div className="mt-4 flex justify-end">
            <Button type="submit" pending={pending} disabled={isWrong}>
              Save settings
            </Button>
          </div>
        ) : null}
      </form>
    </Panel>
  );
}

function draftOf(settings: ProjectSettings): SettingsDraft {
  return {
    executor: settings.executor ?? '',
    reviewer: settings.reviewer ?? '',
    maxIterations: settings.maxIterations?.toString() ?? '',
    budget: settings.maxCostMicros === null ? '' : String(settings.maxCostMicros / 1_000_000),
    tokens: settings.maxTokens?.toString() ?? '',
    maxActive: settings.maxActive?.toString() ?? '',
    priority: settings.defaultPriority?.toString() ?? '',
    fairSharing: settings.fairSharing ?? false,
    pausedMinutes: settings.pausedSlotMinutes?.toString() ?? '',
    labels: (settings.labels ?? []).join(', '),
  };
}

function settingsOf(draft: SettingsDraft): ProjectSettings {
  const number = (text: string) => (text.trim() === '' ? null : Number(text));
  const budget = number(draft.budget);
  return {
    executor: draft.executor.trim() || null,
    reviewer: draft.reviewer.trim() || null,
    maxIterations: number(draft.maxIterations),
    maxCostMicros: budget === null ? null : Math.round(budget * 1_000_000),
    maxTokens: number(draft.tokens),
    maxActive: number(draft.maxActive),
    defaultPriority: number(draft.priority),
    fairSharing: draft.fairSharing,
    pausedSlotMinutes: number(draft.pausedMinutes),
    labels: labelsIn(draft.labels),
  };
}

/** What is wrong with the numbers and labels as they are typed. */
function problemsOf(draft: SettingsDraft) {
  return {
    maxIterations: numberProblem(draft.maxIterations, 1, 50),
    tokens: numberProblem(draft.tokens, 1, Number.MAX_SAFE_INTEGER),
    maxActive: numberProblem(draft.maxActive, 1, 100),
    priority: numberProblem(draft.priority, -100, 100),
    pausedMinutes: numberProblem(draft.pausedMinutes, 1, 10_080),
    labels: labelsProblem(draft.labels),
  };
}
