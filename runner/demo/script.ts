/** What the scripted model answers in one turn. Tools have opencode's names and keys; paths are relative to the worktree. */
export interface ScriptStep {
  text?: string;
  thought?: string;
  calls?: ScriptCall[];
  /** Answers with a failure instead; for tests. */
  fault?: ScriptFault;
}

export interface ScriptCall {
  name: string;
  args: Record<string, unknown>;
}

export type ScriptFault =
  | { kind: 'status'; status: number; message?: string; retryAfterSeconds?: number }
  /** Sends the beginning of an answer, then closes the connection. */
  | { kind: 'drop' }
  /** Sends the headers, then nothing. */
  | { kind: 'hang' };

/** The task behind a request, read from the marks at the top of its prompt. */
export interface ScriptJob {
  jobId: string;
  /** The chunk's short name, as in the spec. */
  chunk: string;
  role: 'executor' | 'reviewer' | 'diagnosis';
  /** Counts from 1, over a chunk and its fixes. */
  attempt: number;
  /** The whole prompt. */
  prompt: string;
}

/**
 * A script says what to answer at a step of a job (0 is the first turn). null: the script is over ("Done.").
 * `repeats` counts how often this very step was asked for before: a client that tries again.
 */
export type Script = (job: ScriptJob, step: number, repeats: number) => ScriptStep | null;

/** A script that answers a diagnosis by another one, so that whoever writes the work need not think of it. */
export function withDiagnosis(script: Script, diagnosis: Script = (_, step) => (step === 0 ? answerJson(HEALABLE) : null)): Script {
  return (job, step, repeats) => (job.role === 'diagnosis' ? diagnosis : script)(job, step, repeats);
}

/** A script from a list of steps for each job; a job without a list goes to `otherwise`. */
export function scriptOf(lists: (job: ScriptJob) => ScriptStep[] | null, otherwise: Script): Script {
  return (job, step, repeats) => {
    const list = lists(job);
    return list === null ? otherwise(job, step, repeats) : (list[step] ?? null);
  };
}

export const PASSED: Record<string, unknown> = {
  verdict: 'pass',
  summary: 'The change does what the chunk asks for.',
  checks: [],
  requestedChanges: [],
};

/** What is said of a batch that failed, unless a script says otherwise: an agent can mend it. */
export const HEALABLE: Record<string, unknown> = {
  cause: 'other',
  healable: true,
  confident: true,
  advice: 'Do what is left of the batch.',
};

/** A step that answers with JSON, fenced, as models like to. */
export function answerJson(value: unknown): ScriptStep {
  return { text: `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`` };
}
