import type { ProjectSettings } from '@specwright/protocol/api.ts';
import { TextField } from '../ui/field.tsx';
import { formatCost, formatCount } from '../ui/format.ts';
import type { DraftField } from './config-draft.ts';
import type { DraftProps } from './draft-props.ts';

const DOLLARS: { field: DraftField & `${string}${'Batch' | 'Total' | 'Budget'}`; label: string }[] = [
  { field: 'maxPerBatch', label: 'A batch, in dollars' },
  { field: 'maxTotal', label: 'The whole run, in dollars' },
  { field: 'healingBudget', label: 'A heal, in dollars' },
  { field: 'decisionBudget', label: 'A decision, in dollars' },
];

/** Limits that cannot be passed: at one of them the run waits until a person raises it. The project's own hold as well. */
export function BudgetOptions({ draft, errors, set, settings }: DraftProps & { settings: ProjectSettings }) {
  const stricter = stricterOf(draft.maxTotal, draft.maxTokens, settings);
  return (
    <>
      <div className="grid gap-x-4 sm:grid-cols-2">
        {DOLLARS.map(({ field, label }) => (
          <TextField
            key={field}
            label={label}
            type="number"
            min="0.01"
            step="any"
            value={draft[field] as string}
            error={errors[field]}
            onChange={(value) => set({ [field]: value })}
          />
        ))}
        <TextField
          label="Tokens of the whole run"
          type="number"
          min={1}
          step={1}
          placeholder="no limit"
          value={draft.maxTokens}
          error={errors.maxTokens}
          onChange={(maxTokens) => set({ maxTokens })}
        />
        <TextField
          label="Model turns of an attempt"
          type="number"
          min={1}
          max={10_000}
          step={1}
          value={draft.maxStepsPerBatch}
          error={errors.maxStepsPerBatch}
          onChange={(maxStepsPerBatch) => set({ maxStepsPerBatch })}
        />
      </div>
      <p className="mt-3 text-[12px] text-faint">At a limit the run waits and says which; you can raise it and go on.</p>
      {stricter ? <p className="mt-1 text-[12px] text-warn">{stricter}</p> : null}
    </>
  );
}

function stricterOf(total: string, tokens: string, { maxCostMicros, maxTokens }: ProjectSettings): string | null {
  const limits = [
    maxCostMicros !== null && maxCostMicros < Number(total) * 1_000_000 ? formatCost(maxCostMicros) : null,
    maxTokens !== null && (tokens.trim() === '' || maxTokens < Number(tokens)) ? `${formatCount(maxTokens)} tokens` : null,
  ].filter((limit) => limit !== null);
  return limits.length === 0 ? null : `The project’s own limit is lower, and holds: ${limits.join(', ')}.`;
}
