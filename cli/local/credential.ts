import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { writeOnce, writeWhole } from '@specwright/runner/identity/write-whole.ts';

/** Long enough to be a secret: 256 random bits in base64url. */
const SECRET_LENGTH = 43;

/** Reads a secret kept in a file of mode 600, or makes one of 256 random bits. Two processes that make it at once get the same one. */
export function secretInFile(path: string, prefix: string): string {
  if (!existsSync(path)) writeOnce(path, newSecret(prefix));
  // A file that was cut off, or emptied, holds no secret.
  if (kept(path).length < SECRET_LENGTH) writeWhole(path, newSecret(prefix));
  chmodSync(path, 0o600);
  return kept(path);
}

function kept(path: string): string {
  return readFileSync(path, 'utf8').trim();
}

function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(32).toString('base64url')}\n`;
}

/** What the server is told of a credential: SHA-256 in hex. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
