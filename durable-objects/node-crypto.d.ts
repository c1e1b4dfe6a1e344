/** What of Node's crypto the objects use; the platform has it. Node's own types do not go beside the platform's. */
declare module 'node:crypto' {
  interface Hash {
    update(text: string, encoding: 'utf8'): Hash;
    digest(encoding: 'hex' | 'base64url'): string;
  }
  export function createHash(algorithm: 'sha256'): Hash;
  export function createHmac(algorithm: 'sha256', key: string): Hash;
}
