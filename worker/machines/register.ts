import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import type { WorkerEnv } from '../environment.ts';
import { findRunnerNamed, type NewRunner, putRunner } from '../store/runners.ts';
import { tellDispatch } from './tell-dispatch.ts';

/**
 * Makes a machine known. Again under the same name by the same owner it is the same machine, with the key that it has now; what
 * is still open under another key closes. Another person's name is refused.
 */
export async function registerRunner(env: WorkerEnv, runner: NewRunner): Promise<string | Refusal> {
  const before = await findRunnerNamed(env.DB, runner.organisationId, runner.name);
  const runnerId = await putRunner(env.DB, runner);
  if (runnerId === null) return nameTaken(runner.name);
  const hasNewKey = before !== null && before.publicKey !== '' && before.publicKey !== runner.publicKey;
  if (hasNewKey) await dispatchPort(env, runner.organisationId).revokeRunner(runnerId);
  await tellDispatch(env, runner.organisationId, runnerId);
  return runnerId;
}

/** Refuses before anything is spent on it. */
export async function nameRefusal(env: WorkerEnv, runner: Pick<NewRunner, 'organisationId' | 'ownerId' | 'name'>): Promise<Refusal | null> {
  const known = await findRunnerNamed(env.DB, runner.organisationId, runner.name);
  return known && known.ownerId !== runner.ownerId ? nameTaken(runner.name) : null;
}

function nameTaken(name: string): Refusal {
  return refuse('CONFLICT', `A machine named “${name}” of another person is in this organisation already. Choose another name.`);
}
