import { CheckBox, TextArea } from '../ui/field.tsx';
import type { DraftProps } from './draft-props.ts';

/** What most starts decide. */
export function CoreOptions({ draft, errors, set, gated }: DraftProps & { gated: boolean }) {
  return (
    <>
      <fieldset className="mb-4 grid grid-cols-1 gap-2">
        <legend className="sr-only">Options</legend>
        <CheckBox
          label="Auto-merge"
          hint={gated ? 'A USER GATE stands here: the run waits for you all the same.' : 'When all is verified, without asking you.'}
          checked={draft.autoMerge}
          onChange={(autoMerge) => set({ autoMerge })}
        />
        <CheckBox
          label="Skip design"
          hint="The spec and the task file are taken as they are."
          checked={draft.skipDesign}
          onChange={(skipDesign) => set({ skipDesign })}
        />
        <CheckBox
          label="Skip analyze"
          hint="No check of spec, plan and tasks against each other."
          checked={draft.skipAnalyze}
          onChange={(skipAnalyze) => set({ skipAnalyze })}
        />
      </fieldset>
      <TextArea
        label="Additional context"
        value={draft.additionalContext}
        error={errors.additionalContext}
        onChange={(additionalContext) => set({ additionalContext })}
        rows={3}
        placeholder="What the agent should know beside what stands in the repository."
        hint="Added to every step’s prompt. The repository’s own commands are never changed."
      />
    </>
  );
}
