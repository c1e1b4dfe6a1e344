import { hashText } from '@specwright/protocol/piece.ts';
import type { WorkerEnv } from '../environment.ts';
import { findRunnerKey } from '../store/runners.ts';
import type { RunnerCaller } from './app-types.ts';
import { fromBase64Url } from './base64url.ts';
import { seal, unseal } from './sealed.ts';
import { bearerOf, sameHash } from './secret.ts';

const CHALLENGE = 'swc';
const TOKEN = 'srt';
const CHALLENGE_MS = 60_000;
const TOKEN_MS = 15 * 60_000;
/** The raw public key of nobody: what an absent runner's signature is checked against, so that it takes as long. */
const NOBODY = 'A'.repeat(43);

/** Words for a machine to sign, good for a minute. Whether there is such a runner shows in nothing. */
export function makeChallenge(env: WorkerEnv, runnerId: string): Promise<string> {
  return seal(env, CHALLENGE, { r: runnerId, n: crypto.randomUUID() }, Date.now() + CHALLENGE_MS);
}

/** A token for the runner whose key signed the challenge; null: unknown, revoked, another key, or too late. */
export async function tokenFor(
  env: WorkerEnv,
  challenge: string,
  signature: string,
): Promise<{ token: string; expiresInMs: number } | null> {
  const asked = await unseal(env, CHALLENGE, challenge, Date.now());
  if (typeof asked?.r !== 'string') return null;
  const runner = await findRunnerKey(env.DB, asked.r);
  const isSigned = await verifySignature(runner?.publicKey || NOBODY, challenge, signature);
  if (!runner?.publicKey || !isSigned) return null;
  const k = await thumbprint(runner.publicKey);
  return { token: await seal(env, TOKEN, { r: runner.id, k }, Date.now() + TOKEN_MS), expiresInMs: TOKEN_MS };
}

/** The runner that this request's token belongs to; null for an unknown or revoked one, and for one that has another key by now. */
export async function runnerOf(request: Request, env: WorkerEnv): Promise<RunnerCaller | null> {
  const said = await unseal(env, TOKEN, bearerOf(request) ?? '', Date.now());
  if (typeof said?.r !== 'string' || typeof said.k !== 'string') return null;
  const runner = await findRunnerKey(env.DB, said.r);
  return runner && sameHash(await thumbprint(runner.publicKey), said.k) ? runner : null;
}

async function verifySignature(publicKey: string, text: string, signature: string): Promise<boolean> {
  const [raw, bytes] = [fromBase64Url(publicKey), fromBase64Url(signature)];
  if (raw?.length !== 32 || bytes?.length !== 64) return false;
  try {
    const key = await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
    return await crypto.subtle.verify({ name: 'Ed25519' }, key, bytes, new TextEncoder().encode(text));
  } catch {
    // The 32 bytes are no point of the curve.
    return false;
  }
}

async function thumbprint(publicKey: string): Promise<string> {
  return (await hashText(publicKey)).slice(0, 32);
}
