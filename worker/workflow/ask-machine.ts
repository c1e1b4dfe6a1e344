import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import type { Project } from '@specwright/protocol/api.ts';
import type { Errand, ErrandAnswer } from '@specwright/protocol/errand.ts';
import { isRefusal, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { repositoryKey } from '@specwright/protocol/repository-key.ts';
import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';

type OmitEach<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** What is asked, without whom and where. */
export type Question = OmitEach<Errand, 'id' | 'repository'>;
type Found<K> = Extract<ErrandAnswer, { kind: K }>;

const ANSWERS = { phase: 'phase', task_file: 'task_file', mark_failed: 'marked_failed' } as const;

/**
 * Asks a machine that serves the project's repository, and waits for at most ERRAND_MS. Refusals tell what to do: NO_RUNNER,
 * UNAVAILABLE (no answer in time), RATE_LIMITED, and what the machine itself could not do (NOT_FOUND, CONFLICT).
 */
export async function askMachine<Q extends Question>(
  env: WorkerEnv,
  caller: Caller,
  project: Project,
  question: Q,
): Promise<{ found: Found<(typeof ANSWERS)[Q['kind']]>; runnerName: string } | Refusal> {
  const { repository, settings, organisationId } = project;
  const need = {
    projectId: project.id,
    repositoryKey: await repositoryKey(repository),
    labels: settings.labels ?? [],
    startedBy: caller.userId,
  };
  const errand = { ...question, id: `err_${crypto.randomUUID()}`, repository } as unknown as Errand;
  const result = await dispatchPort(env, organisationId).errand({ ...need, errand });
  if (isRefusal(result)) return result;
  const { answer, runnerName } = result;
  if (answer.kind === 'failed') return refuse(answer.code, answer.message);
  // A machine that answers another question than it was asked is not to be believed.
  if (answer.kind !== ANSWERS[question.kind]) return refuse('UNAVAILABLE', `${runnerName} gave an answer that does not fit. Try again.`);
  return { found: answer as Found<(typeof ANSWERS)[Q['kind']]>, runnerName };
}
