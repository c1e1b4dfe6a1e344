import type { RegisteredRunner } from '@specwright/protocol/runners-api.ts';
import type { ApiClient } from '../cli/client/api-client.ts';
import { type KeyPair, openKeyPair } from '../runner/identity/key-pair.ts';
import { signedIdentity } from '../runner/identity/signed-identity.ts';

/** Registers a machine whose key lies in this folder, as the start script registers its own. */
export async function register(client: ApiClient, name: string, folder: string): Promise<{ runnerId: string; keys: KeyPair }> {
  const keys = openKeyPair(folder);
  const { runnerId } = await client.post<RegisteredRunner>('/api/local/runners', { name, publicKey: keys.publicKey });
  return { runnerId, keys };
}

/** A token as the machine gets one, by its signature. */
export async function tokenOf(client: ApiClient, { runnerId, keys }: { runnerId: string; keys: KeyPair }): Promise<string> {
  const ask = (path: string, body: unknown) => client.post<unknown>(`/runner-api/${path}`, body);
  return signedIdentity({ runnerId, keys, ask, monotonic: () => performance.now() }).token();
}
