import type { Identity } from '../identity/identity.ts';
import { ServerFault } from '../identity/server-fault.ts';

/** The routes that carry a run's commits from one machine to another. All calls throw ServerFault. */
export interface BundleApi {
  /** For the job that is out, by its own credential. */
  put(job: { id: string; credential: string }, bytes: Buffer): Promise<void>;
  /** For the run that this machine holds; null: none was kept. */
  get(runId: string): Promise<Buffer | null>;
}

export function makeBundleApi(options: { server: string; identity: Identity; timeoutMs: number; signal: AbortSignal }): BundleApi {
  const { server, identity } = options;
  const ask = async (path: string, init: RequestInit, token: string) => {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' };
    return fetch(`${server}/runner-api/${path}`, { ...init, headers, signal }).catch((error: Error) => {
      throw new ServerFault(0, `The server does not answer: ${error.message}`);
    });
  };
  return {
    async put({ id, credential }, bytes) {
      const { status } = await ask(`jobs/${encodeURIComponent(id)}/bundle`, { method: 'PUT', body: new Uint8Array(bytes) }, credential);
      if (status > 299) throw new ServerFault(status, `The server answered ${status}.`);
    },
    async get(runId) {
      const answer = await ask(`runs/${encodeURIComponent(runId)}/bundle`, {}, await identity.token());
      if (answer.status === 404) return null;
      if (answer.status > 299) throw new ServerFault(answer.status, `The server answered ${answer.status}.`);
      return Buffer.from(await answer.arrayBuffer());
    },
  };
}
