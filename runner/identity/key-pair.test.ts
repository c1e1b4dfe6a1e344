import { createPublicKey, verify } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeySchema } from '@specwright/protocol/runners-api.ts';
import { expect, test } from 'vitest';
import { keyFile, openKeyPair } from './key-pair.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'specwright-key-'));

test('the key pair is made once, readable by its owner alone, and signs what its public half proves', () => {
  const dataDir = join(folder(), 'not there yet');
  const keys = openKeyPair(dataDir);
  expect(statSync(keyFile(dataDir)).mode & 0o777).toBe(0o600);
  expect(readdirSync(dataDir)).toEqual(['key.json']);
  expect(publicKeySchema.parse(keys.publicKey)).toBe(openKeyPair(dataDir).publicKey);
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: keys.publicKey }, format: 'jwk' });
  const signature = Buffer.from(keys.sign('words of the server ü'), 'base64url');
  expect(verify(null, Buffer.from('words of the server ü'), publicKey, signature)).toBe(true);
  expect(verify(null, Buffer.from('other words'), publicKey, signature)).toBe(false);
});

test('rights that others were given are taken back', () => {
  const dataDir = folder();
  openKeyPair(dataDir);
  chmodSync(keyFile(dataDir), 0o644);
  openKeyPair(dataDir);
  expect(statSync(keyFile(dataDir)).mode & 0o777).toBe(0o600);
});

test('a file that holds no key is neither overwritten nor quoted', () => {
  const dataDir = folder();
  writeFileSync(keyFile(dataDir), '{"kty":"OKP","crv":"Ed25519","d":"half of a secret"');
  expect(() => openKeyPair(dataDir)).toThrow(/holds no Ed25519 key/);
  expect(() => openKeyPair(dataDir)).not.toThrow(/half of a secret/);
  expect(readFileSync(keyFile(dataDir), 'utf8')).toContain('half of a secret');
});
