import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import type { WorkerEnv } from '../environment.ts';
import { findRunnerNamed, type NewRunner, putRunner } from '../store/runners.ts';
import { tellDispatch } from './tell-dispatch.ts';

/**
 * Makes a machine known. Again under the same name by the same owner it is the same machine, with the key that it has now; what
 * is still open under another key closes. Another person's name is refused.
 * @param tokenId the registration token that lets it in, and that it spends
 */
export async function registerRunner(env: WorkerEnv, runner: NewRunner, tokenId: string | null = null): Promise<string | Refusal> {
  const { organisationId, ownerId, name, publicKey } = runner;
  const before = await findRunnerNamed(env.DB, organisationId, name);
  if (before !== null && before.ownerId !== ownerId) return nameTaken(name);
  const hasNewKey = before !== null && before.publicKey !== '' && before.publicKey !== publicKey;
  const closeOld = async () => {
    if (hasNewKey) await dispatchPort(env, organisationId).revokeRunner(before.id);
  };
  // Cut off after this, a second try still sees the old key, and closes what came back. Who comes back between the two goes with the second.
  await closeOld();
  const runnerId = await putRunner(env.DB, runner, tokenId);
  if (runnerId === null) return tokenId === null ? nameTaken(name) : TOKEN_SPENT;
  await closeOld();
  await tellDispatch(env, organisationId, runnerId);
  return runnerId;
}

export const TOKEN_SPENT = refuse(
  'LINK_SPENT',
  'This registration token was used or revoked, or is older than one hour. Make a new one on the page of machines.',
);

function nameTaken(name: string): Refusal {
  return refuse('CONFLICT', `A machine named “${name}” of another person is in this organisation already. Choose another name.`);
}
