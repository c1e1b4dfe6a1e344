import type { WorkerEnv } from '../environment.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';

/**
 * Short-lived words that the server needs not remember: "<prefix>_<payload>.<HMAC-SHA-256>", both in base64url. Each use has a key of its
 * own, derived from the deployment's secret by its prefix, so that a word of one use is none of another.
 */
const keys = new Map<string, Promise<CryptoKey>>();

/** @param expiresAt Unix milliseconds, of this server's clock. */
export async function seal(env: WorkerEnv, prefix: string, fields: Record<string, string>, expiresAt: number): Promise<string> {
  const payload = toBase64Url(new TextEncoder().encode(JSON.stringify({ ...fields, e: expiresAt })));
  const mac = await crypto.subtle.sign('HMAC', await keyOf(env, prefix), signedBytes(prefix, payload));
  return `${prefix}_${payload}.${toBase64Url(new Uint8Array(mac))}`;
}

/** The fields; null: forged, of another use, or too old. WebCrypto compares in constant time. */
export async function unseal(env: WorkerEnv, prefix: string, word: string, now: number): Promise<Record<string, unknown> | null> {
  const [, payload, mac] = new RegExp(`^${prefix}_([A-Za-z0-9_-]{1,400})\\.([A-Za-z0-9_-]{43})$`).exec(word) ?? [];
  const macBytes = fromBase64Url(mac ?? '');
  const payloadBytes = fromBase64Url(payload ?? '');
  if (!payload || !macBytes || !payloadBytes) return null;
  if (!(await crypto.subtle.verify('HMAC', await keyOf(env, prefix), macBytes, signedBytes(prefix, payload)))) return null;
  const fields = JSON.parse(new TextDecoder().decode(payloadBytes)) as Record<string, unknown>;
  return typeof fields.e === 'number' && fields.e > now ? fields : null;
}

function signedBytes(prefix: string, payload: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new TextEncoder().encode(`${prefix}_${payload}`));
}

function keyOf({ BETTER_AUTH_SECRET }: WorkerEnv, prefix: string): Promise<CryptoKey> {
  if (!BETTER_AUTH_SECRET) throw new Error('BETTER_AUTH_SECRET is not set.');
  const name = `${prefix} ${BETTER_AUTH_SECRET}`;
  const known = keys.get(name) ?? deriveKey(BETTER_AUTH_SECRET, prefix);
  keys.set(name, known);
  return known;
}

async function deriveKey(secret: string, use: string): Promise<CryptoKey> {
  const from = await crypto.subtle.importKey('raw', new TextEncoder().encode(secret), 'HKDF', false, ['deriveKey']);
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: new TextEncoder().encode(`specwright ${use}`) };
  return crypto.subtle.deriveKey(how, from, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign', 'verify']);
}
