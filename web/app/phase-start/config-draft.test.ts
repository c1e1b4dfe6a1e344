import { orchestrationConfigSchema } from '@specwright/protocol/phase.ts';
import { expect, it } from 'vitest';
import { type ConfigDraft, firstDraft, readDraft } from './config-draft.ts';

it('begins with the defaults of the schema, and gives them back unchanged', () => {
  expect(readDraft(firstDraft())).toEqual({ config: orchestrationConfigSchema.parse({}), errors: {} });
});

it('takes what is typed', () => {
  const draft: ConfigDraft = { ...firstDraft(), autoMerge: true, folder: ' specs/007-shop/ ', maxTokens: '250000', maxTotal: '12.5' };
  expect(readDraft(draft).config).toMatchObject({
    autoMerge: true,
    folder: 'specs/007-shop',
    budget: { maxTokens: 250_000, maxTotal: 12.5, maxPerBatch: 5 },
  });
});

it.each<[keyof ConfigDraft, string]>([
  ['maxHealAttempts', '6'],
  ['maxHealAttempts', '1.5'],
  ['batchSizeFallback', ''],
  ['batchSizeFallback', '51'],
  ['folder', '../elsewhere'],
  ['folder', '/etc'],
  ['maxTotal', '0'],
  ['maxPerBatch', 'five'],
  ['healingBudget', '-1'],
  ['decisionBudget', ''],
  ['maxTokens', '0'],
  ['maxTokens', '1e3.5'],
  ['maxStepsPerBatch', '10001'],
  ['additionalContext', 'x'.repeat(20_001)],
])('refuses %s "%.10s", and says what is taken', (field, text) => {
  const { config, errors } = readDraft({ ...firstDraft(), [field]: text });
  expect(config).toBeNull();
  expect(Object.keys(errors)).toEqual([field]);
  expect(errors[field]).not.toBe('This cannot be taken.');
});

it('names every field that cannot be taken, at once', () => {
  const { errors } = readDraft({ ...firstDraft(), maxTotal: '', maxHealAttempts: '9' });
  expect(Object.keys(errors).sort()).toEqual(['maxHealAttempts', 'maxTotal']);
});
