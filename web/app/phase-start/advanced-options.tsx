import { useId } from 'react';
import { CheckBox, TextField } from '../ui/field.tsx';
import type { DraftProps } from './draft-props.ts';

/** How failures are healed, how batches are made, where the phase stands. `folders`: where task files were seen. */
export function AdvancedOptions({ draft, errors, set, folders }: DraftProps & { folders: string[] }) {
  const listId = useId();
  return (
    <>
      <div className="mb-4 grid grid-cols-1 gap-2">
        <CheckBox
          label="Auto-heal"
          hint="A batch that failed is tried again with the error and what is left."
          checked={draft.autoHealEnabled}
          onChange={(autoHealEnabled) => set({ autoHealEnabled })}
        />
        <CheckBox
          label="Pause between batches"
          hint="Each batch ends in Paused until you press Resume."
          checked={draft.pauseBetweenBatches}
          onChange={(pauseBetweenBatches) => set({ pauseBetweenBatches })}
        />
      </div>
      <div className="grid gap-x-4 sm:grid-cols-2">
        <TextField
          label="Max heal attempts of a batch"
          type="number"
          min={0}
          max={5}
          step={1}
          value={draft.maxHealAttempts}
          error={errors.maxHealAttempts}
          disabled={!draft.autoHealEnabled}
          onChange={(maxHealAttempts) => set({ maxHealAttempts })}
        />
        <TextField
          label="Batch size where there are no sections"
          type="number"
          min={1}
          max={50}
          step={1}
          value={draft.batchSizeFallback}
          error={errors.batchSizeFallback}
          onChange={(batchSizeFallback) => set({ batchSizeFallback })}
        />
      </div>
      <TextField
        label="Folder of the phase"
        value={draft.folder}
        error={errors.folder}
        onChange={(folder) => set({ folder })}
        list={listId}
        placeholder="found by the machine"
        hint="Where the repository has several and another one is meant."
        spellCheck={false}
        autoComplete="off"
      />
      <datalist id={listId}>
        {folders.map((folder) => (
          <option key={folder} value={folder} />
        ))}
      </datalist>
    </>
  );
}
