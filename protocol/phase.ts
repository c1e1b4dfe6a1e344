import { z } from 'zod';

/** The stages of Complete Phase, in order; implement is one item a batch. */
export const STAGES = ['design', 'analyze', 'implement', 'verify', 'merge'] as const;
/** `command` stands alone: one of the repository's own commands, carried out on a branch. */
export const stageSchema = z.enum([...STAGES, 'command']);
export type Stage = z.infer<typeof stageSchema>;

/** What "Run Workflow" offers where the repository has a command of that name. */
export const REPOSITORY_COMMANDS = ['orchestrate', 'merge', 'review', 'memory'] as const;
export const repositoryCommandSchema = z.enum(REPOSITORY_COMMANDS);
export type RepositoryCommand = z.infer<typeof repositoryCommandSchema>;

const dollars = z.number().positive().max(1_000_000);

/** What a person asks of an orchestration, with its defaults. Money in US dollars. */
export const orchestrationConfigSchema = z.object({
  /** Only this command of the repository, instead of the stages; its work stays on the run's branch. */
  command: repositoryCommandSchema.nullable().default(null),
  autoMerge: z.boolean().default(false),
  additionalContext: z.string().max(20_000).default(''),
  skipDesign: z.boolean().default(false),
  skipAnalyze: z.boolean().default(false),
  autoHealEnabled: z.boolean().default(true),
  maxHealAttempts: z.number().int().min(0).max(5).default(1),
  batchSizeFallback: z.number().int().min(1).max(50).default(15),
  pauseBetweenBatches: z.boolean().default(false),
  /** The phase's folder in the repository, where the runner cannot tell it by itself; null: it looks. */
  folder: z
    .string()
    .regex(/^(?!.*\.\.)[^/\\-][^\\\0]{0,300}$/, 'a path inside the repository')
    .nullable()
    .default(null),
  budget: z
    .object({
      maxPerBatch: dollars.default(5),
      maxTotal: dollars.default(50),
      healingBudget: dollars.default(2),
      /** Of a decision that a model makes: the diagnosis before a heal. */
      decisionBudget: dollars.default(0.5),
      /** Tokens of the whole run; null: no limit. */
      maxTokens: z.number().int().positive().nullable().default(null),
      /** Model turns of one attempt. */
      maxStepsPerBatch: z.number().int().min(1).max(10_000).default(400),
    })
    .prefault({}),
});
export type OrchestrationConfig = z.infer<typeof orchestrationConfigSchema>;

/** A task as a run plans it. `key` finds it again: its id, else the hash of its line without the mark. */
export const phaseTaskSchema = z.object({ key: z.string().max(100), name: z.string().max(100), title: z.string().max(200) });
export type PhaseTask = z.infer<typeof phaseTaskSchema>;

export const batchSeenSchema = z.object({ title: z.string().max(300), tasks: z.array(phaseTaskSchema).min(1).max(2000) });
export type BatchSeen = z.infer<typeof batchSeenSchema>;

/** What the runner read of the phase on the run's branch. */
export const phaseSeenSchema = z.object({
  /** The phase's folder, from the repository's top; null: there is none yet. */
  folder: z.string().max(400).nullable(),
  files: z.object({ spec: z.boolean(), plan: z.boolean(), tasks: z.boolean() }),
  /** Why there is no task list to work on; null: there is one. */
  problem: z.string().max(1000).nullable(),
  taskFile: z.string().max(500).nullable(),
  dialect: z.string().max(40).nullable(),
  rule: z.enum(['sections', 'groups', 'parents', 'fixed size']).nullable(),
  batches: z.array(batchSeenSchema).max(500),
  counts: z.object({ total: z.number().int(), done: z.number().int(), open: z.number().int() }),
  warnings: z.array(z.string().max(500)).max(20),
  /** A USER GATE: where it stands and what it asks a person to look at; null: none. */
  gate: z.object({ source: z.string().max(300), criteria: z.array(z.string().max(500)).max(50) }).nullable(),
  /** The branch that the phase is merged onto; null: a detached HEAD. */
  baseBranch: z.string().max(300).nullable(),
});
export type PhaseSeen = z.infer<typeof phaseSeenSchema>;

/** The part of a job that is a phase's. */
export const phaseJobSchema = z.object({
  stage: stageSchema,
  folder: z.string().nullable(),
  taskFile: z.string().nullable(),
  baseBranch: z.string().nullable(),
  additionalContext: z.string(),
  batchSize: z.number().int(),
  maxSteps: z.number().int().positive(),
  /** With the stage `command`: which one. */
  command: repositoryCommandSchema.nullable().default(null),
  /** The batch; null in the other stages. */
  batch: batchSeenSchema.nullable(),
  /** Keys of tasks that a person has left out: they stay open, and verify does not ask for them. */
  leftOut: z.array(z.string().max(100)).max(2000).optional(),
  /** With a heal: the session of the attempt that failed, where this machine's agent may still have it. */
  forkFrom: z.object({ sessionId: z.string().max(300), agentType: z.string().max(100) }).optional(),
  /** With a heal: what a diagnosis before it may use of the job's part of the budget. */
  diagnosis: z.object({ costMicros: z.number().int().nonnegative() }).optional(),
});
export type PhaseJob = z.infer<typeof phaseJobSchema>;

/** What a run with a phase's plan keeps beside its items. */
export interface PhaseState {
  config: OrchestrationConfig;
  /** Null until a runner has looked. */
  seen: PhaseSeen | null;
  /** Fixed with the first look that found it: progress in another folder does not count. */
  folder: string | null;
  baseBranch: string | null;
  /** A person's word, or autoMerge where no gate stands. */
  mergeApproved: boolean;
  mergedCommit: string | null;
  /** The latest decisions with their reasons, oldest first; at most 200. */
  decisions: { at: number; decision: string; reason: string }[];
}

/** What an item of a phase is; chunks have none. */
export interface ItemPhase {
  stage: Stage;
  /** With implement: counts from 0 over the run. */
  batchIndex: number | null;
  tasks: PhaseTask[];
}
