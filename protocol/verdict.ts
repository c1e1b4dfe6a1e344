import { z } from 'zod';

/** What a reviewer must answer, and nothing else: schema-checked, asked again at most once. */
export const verdictSchema = z.object({
  verdict: z.enum(['pass', 'needs_fix', 'fail']),
  summary: z.string().min(1).max(4000),
  checks: z
    .array(
      z.object({
        name: z.string().min(1).max(300),
        passed: z.boolean(),
        evidence: z.object({
          text: z.string().max(2000),
          file: z.string().max(1000).optional(),
          line: z.number().int().positive().optional(),
        }),
      }),
    )
    .max(50),
  requestedChanges: z.array(z.string().min(1).max(2000)).max(30),
});

export type Verdict = z.infer<typeof verdictSchema>;
