import { type ModelServer, startModelServer } from '../demo/model-server.ts';
import { answerJson, PASSED, type Script, type ScriptJob, type ScriptStep, withDiagnosis } from '../demo/script.ts';

export { answerJson, PASSED, type Script, type ScriptJob, type ScriptStep };

/** Starts the demo model's server with a script of the test's own, at full speed. */
/** @param diagnosis answers what is asked before a heal; default: it can be healed. */
export function startScriptedModel(script: Script, diagnosis?: Script): Promise<ModelServer> {
  return startModelServer({ script: withDiagnosis(script, diagnosis), paceMs: 0, keptRequests: 200 });
}

/** Plays `failure` for the executor; the reviewer passes. */
export function executorPlays(failure: (job: ScriptJob, step: number, repeats: number) => ScriptStep | null): Script {
  return (job, step, repeats) => (job.role === 'reviewer' ? (step === 0 ? answerJson(PASSED) : null) : failure(job, step, repeats));
}

export const bash = (command: string): ScriptStep => ({ calls: [{ name: 'bash', args: { command, description: 'Runs a command' } }] });
export const write = (filePath: string, content: string): ScriptStep => ({ calls: [{ name: 'write', args: { filePath, content } }] });
export const read = (filePath: string): ScriptStep => ({ calls: [{ name: 'read', args: { filePath } }] });

/** The ways a model or a provider fails, by name; each is a script for `startScriptedModel`. */
export const FAILURES = {
  wrongKey: executorPlays(() => ({ fault: { kind: 'status', status: 401, message: 'Invalid API key' } })),
  limitedForLong: executorPlays(() => ({ fault: { kind: 'status', status: 429, message: 'Rate limit reached', retryAfterSeconds: 120 } })),
  limitedOnce: executorPlays((_, step, repeats) =>
    step === 0 && repeats === 0 ? { fault: { kind: 'status', status: 429, message: 'Rate limit', retryAfterSeconds: 1 } } : null,
  ),
  brokenOnce: executorPlays((_, step, repeats) => (step === 0 && repeats === 0 ? { fault: { kind: 'status', status: 500 } } : null)),
  brokenForEver: executorPlays(() => ({ fault: { kind: 'status', status: 500 } })),
  droppedOnce: executorPlays((_, step, repeats) => (step === 0 && repeats === 0 ? { fault: { kind: 'drop' } } : null)),
  hangs: executorPlays(() => ({ fault: { kind: 'hang' } })),
  loopsForEver: executorPlays((_, step) => bash(`echo turn ${step}`)),
  writesOutside: executorPlays((_, step) => (step === 0 ? write('/tmp/specwright-outside.txt', 'outside\n') : null)),
  asksQuestion: executorPlays((_, step) =>
    step === 0
      ? { calls: [{ name: 'question', args: { stubborn: true, questions: [{ question: 'Which?', header: 'Which', options: [] }] } }] }
      : null,
  ),
  floods: executorPlays((_, step) => (step === 0 ? { text: `${'flood'.repeat(2000)} `.repeat(100) } : null)),
  badReview: (job: ScriptJob) => (job.role === 'reviewer' ? { text: 'Looks fine to me!' } : null),
  badReviewOnce: (job: ScriptJob, step: number) =>
    job.role !== 'reviewer' ? null : step === 0 ? answerJson({ verdict: 42 }) : step === 1 ? answerJson(PASSED) : null,
} satisfies Record<string, Script>;
