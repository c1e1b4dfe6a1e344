import { type OrchestrationConfig, orchestrationConfigSchema } from '@specwright/protocol/phase.ts';

/** The form as it is typed. Numbers are texts; an empty one of `maxTokens` means no limit. */
export interface ConfigDraft {
  autoMerge: boolean;
  skipDesign: boolean;
  skipAnalyze: boolean;
  additionalContext: string;
  autoHealEnabled: boolean;
  maxHealAttempts: string;
  batchSizeFallback: string;
  pauseBetweenBatches: boolean;
  folder: string;
  maxPerBatch: string;
  maxTotal: string;
  healingBudget: string;
  decisionBudget: string;
  maxTokens: string;
  maxStepsPerBatch: string;
}

export type DraftField = keyof ConfigDraft;
export type DraftErrors = Partial<Record<DraftField, string>>;

const MONEY = 'An amount in dollars, above 0 and at most 1,000,000.';

/** What each field takes, as it is said to who typed something else. */
const SAYS: Partial<Record<DraftField, string>> = {
  additionalContext: 'At most 20,000 characters.',
  maxHealAttempts: 'A whole number from 0 to 5.',
  batchSizeFallback: 'A whole number from 1 to 50.',
  folder: 'A path inside the repository, like specs/007-shop.',
  maxPerBatch: MONEY,
  maxTotal: MONEY,
  healingBudget: MONEY,
  decisionBudget: MONEY,
  maxTokens: 'A whole number above 0, or nothing for no limit.',
  maxStepsPerBatch: 'A whole number from 1 to 10,000.',
};

/** The defaults, as the server has them. */
export function firstDraft(): ConfigDraft {
  const { command: _, budget, folder, ...config } = orchestrationConfigSchema.parse({});
  return {
    ...config,
    maxHealAttempts: String(config.maxHealAttempts),
    batchSizeFallback: String(config.batchSizeFallback),
    folder: folder ?? '',
    maxPerBatch: String(budget.maxPerBatch),
    maxTotal: String(budget.maxTotal),
    healingBudget: String(budget.healingBudget),
    decisionBudget: String(budget.decisionBudget),
    maxTokens: budget.maxTokens === null ? '' : String(budget.maxTokens),
    maxStepsPerBatch: String(budget.maxStepsPerBatch),
  };
}

/** Checks the draft by the server's own schema; `config` is null while a field has an error. */
export function readDraft(draft: ConfigDraft): { config: OrchestrationConfig | null; errors: DraftErrors } {
  const { maxHealAttempts, batchSizeFallback, folder, additionalContext, autoMerge, skipDesign, skipAnalyze } = draft;
  const read = orchestrationConfigSchema.safeParse({
    ...{ autoMerge, skipDesign, skipAnalyze, additionalContext: additionalContext.trim() },
    ...{ autoHealEnabled: draft.autoHealEnabled, pauseBetweenBatches: draft.pauseBetweenBatches },
    ...{ maxHealAttempts: numberIn(maxHealAttempts), batchSizeFallback: numberIn(batchSizeFallback), folder: folderIn(folder) },
    budget: {
      maxPerBatch: numberIn(draft.maxPerBatch),
      maxTotal: numberIn(draft.maxTotal),
      healingBudget: numberIn(draft.healingBudget),
      decisionBudget: numberIn(draft.decisionBudget),
      maxTokens: draft.maxTokens.trim() === '' ? null : numberIn(draft.maxTokens),
      maxStepsPerBatch: numberIn(draft.maxStepsPerBatch),
    },
  });
  if (read.success) return { config: read.data, errors: {} };
  const fields = read.error.issues.map(({ path }) => String(path.at(-1)) as DraftField);
  return { config: null, errors: Object.fromEntries(fields.map((field) => [field, SAYS[field] ?? 'This cannot be taken.'])) };
}

/** What is not typed is no number: a default would be taken in silence. */
function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

/** Null: the machine finds it. */
export function folderIn(text: string): string | null {
  const folder = text.trim().replace(/\/+$/, '');
  return folder === '' ? null : folder;
}
