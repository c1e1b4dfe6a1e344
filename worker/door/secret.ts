import { hashText } from '@specwright/protocol/piece.ts';

/** The bearer's token of a request, or null. */
export function bearerOf(request: Request): string | null {
  return /^Bearer (\S{1,500})$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? null;
}

/** SHA-256 in hex: what is kept of a token. */
export function hashToken(token: string): Promise<string> {
  return hashText(token);
}

/** A new token of 256 random bits. */
export function newToken(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return `${prefix}_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Compares two hashes in a time that tells nothing of where they differ. */
export function sameHash(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
