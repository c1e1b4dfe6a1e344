import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeOnce } from './write-whole.ts';

/** The machine's Ed25519 key pair. The private half stays in this process and its file. */
export interface KeyPair {
  /** The raw 32 bytes of the public key in base64url. */
  publicKey: string;
  /** The signature over the text's UTF-8 bytes, in base64url. */
  sign(text: string): string;
}

const keySchema = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), d: z.string(), x: z.string() });

/** The file that holds the private key, below the runner's data folder. */
export function keyFile(dataDir: string): string {
  return join(dataDir, 'key.json');
}

/**
 * The key pair of a data folder, made at the first call. Two processes that make it at once get the same one. Only its owner may
 * read the file: wider rights are taken back. Throws when the file holds no Ed25519 key, so that nothing overwrites it.
 */
export function openKeyPair(dataDir: string): KeyPair {
  const file = keyFile(dataDir);
  if (!existsSync(file)) makeKey(file);
  if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  const key = readKey(file);
  const publicKey = createPublicKey(key).export({ format: 'jwk' }).x;
  if (publicKey === undefined) throw new Error(`${file} holds no Ed25519 key.`);
  return { publicKey, sign: (text) => sign(null, Buffer.from(text, 'utf8'), key).toString('base64url') };
}

function readKey(file: string): KeyObject {
  try {
    const key = keySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return createPrivateKey({ key, format: 'jwk' });
  } catch {
    // The reason could quote the key.
    throw new Error(`${file} holds no Ed25519 key. Move it away and sign this machine in again: specwright runner login`);
  }
}

function makeKey(file: string): void {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  writeOnce(file, `${JSON.stringify({ kty: jwk.kty, crv: jwk.crv, d: jwk.d, x: jwk.x })}\n`);
}
