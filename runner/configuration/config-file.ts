import { z } from 'zod';
import { priceSchema, TOOL_TYPES } from './tool-configuration.ts';

const text = z.string().min(1);
const id = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\w.-]+$/, 'an id has letters, digits, dots, hyphens and underscores');
/** Milliseconds, or a text with a unit: `90s`, `10m`, `500ms`. */
const duration = z.union([
  z.number().int().positive(),
  z
    .string()
    .regex(/^\d+(ms|s|m|h)$/, 'a time is a number with ms, s, m or h')
    .transform(toMs),
]);

const tool = {
  id,
  name: text.optional(),
  endpoint: text.optional(),
  path: text.optional(),
  args: z.array(z.string()).optional(),
  model: text.optional(),
  fallbackModel: text.optional(),
  key: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'key is the NAME of an environment variable, never the key itself')
    .optional(),
  baseUrl: z.url().optional(),
  api: z.enum(['openai', 'anthropic']).optional(),
  env: z.record(z.string().regex(/^[A-Za-z_]\w*$/, 'env has names of environment variables'), z.coerce.string()).optional(),
  home: z.enum(['private', 'own']).optional(),
  events: z.enum(['text', 'jsonl']).optional(),
  price: priceSchema.optional(),
};

const type = z.enum(TOOL_TYPES, `type is one of ${TOOL_TYPES.join(', ')}`);
const executorSchema = z.object({ ...tool, type });
const reviewerSchema = z.object({ ...tool, type: type.optional() });
export type ToolEntry = z.infer<typeof reviewerSchema>;

const phaseText = z.union([text.max(20_000), z.array(text.max(20_000)).min(1).max(10)]);

/** `.handoff/config.yaml`. Unknown keys are warned of, not refused. */
export const configFileSchema = z.object({
  tools: z
    .object({
      executors: z.array(executorSchema).nullish(),
      planners: z.array(reviewerSchema).nullish(),
      reviewers: z.array(reviewerSchema).nullish(),
    })
    .nullish(),
  defaults: z
    .object({
      executor: id.optional(),
      planner: id.optional(),
      reviewer: id.optional(),
      maxIterations: z.number().int().min(1).max(50).optional(),
    })
    .nullish(),
  rules: z.union([z.string(), z.array(z.string())]).nullish(),
  checks: z
    .array(z.object({ name: text.max(200), command: text.max(2000), required: z.boolean().default(true), timeout: duration.optional() }))
    .max(30)
    .nullish(),
  setup: text.nullish(),
  /** What Complete Phase gives the agent in each stage: a command of the repository (/name) or a text; several go one after another. */
  phases: z
    .object({
      design: phaseText.optional(),
      analyze: phaseText.optional(),
      implement: phaseText.optional(),
      verify: phaseText.optional(),
      /** Run the checks after each batch, not only in verify. */
      checkBatches: z.boolean().optional(),
    })
    .nullish(),
  /** Of one call of an agent. Limits of a whole run are settings of the run. */
  budgets: z.object({ chunkUsd: z.number().positive().optional(), chunkTokens: z.number().int().positive().optional() }).nullish(),
});
export type ConfigFile = z.infer<typeof configFileSchema>;

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function toMs(written: string): number {
  const [, count, unit] = written.match(/^(\d+)(ms|s|m|h)$/) ?? [];
  return Number(count) * (UNITS[unit ?? 'ms'] ?? 1);
}
