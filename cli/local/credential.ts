import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Reads a secret kept in a file of mode 600, or makes one of 256 random bits. */
export function secretInFile(path: string, prefix: string): string {
  if (existsSync(path)) {
    const kept = readFileSync(path, 'utf8').trim();
    if (kept.length >= 32) {
      chmodSync(path, 0o600);
      return kept;
    }
  }
  const made = `${prefix}${randomBytes(32).toString('base64url')}`;
  writeFileSync(path, `${made}\n`, { mode: 0o600 });
  chmodSync(path, 0o600);
  return made;
}

/** What the server is told of a credential: SHA-256 in hex. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
