import { z } from 'zod';

export const CAUSES = ['missing_file', 'syntax_error', 'failing_test', 'missing_dependency', 'other'] as const;

/** What a model says of a failed batch before it is healed: why it failed, and whether an agent can mend it. */
export const diagnosisSchema = z.object({
  cause: z.enum(CAUSES),
  /** An agent that works in the repository's files alone can mend it. */
  healable: z.boolean(),
  /** Only a confident "not healable" keeps a batch from its heal. */
  confident: z.boolean(),
  /** A sentence or two, for who heals it and for people. */
  advice: z.string().max(2000),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;
