import { toBase64Url } from '../door/base64url.ts';

/** An Ed25519 key pair as a machine has one. */
export interface MachineKey {
  /** The raw public half in base64url. */
  publicKey: string;
  sign(text: string): Promise<string>;
}

export async function makeKey(): Promise<MachineKey> {
  const pair = (await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify'])) as CryptoKeyPair;
  const raw = (await crypto.subtle.exportKey('raw', pair.publicKey)) as ArrayBuffer;
  return {
    publicKey: toBase64Url(new Uint8Array(raw)),
    async sign(text) {
      const signature = await crypto.subtle.sign({ name: 'Ed25519' }, pair.privateKey, new TextEncoder().encode(text));
      return toBase64Url(new Uint8Array(signature));
    },
  };
}
