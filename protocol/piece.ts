/** A piece is a text named by its content: the hash is SHA-256 in hex of its UTF-8 bytes. Spec bodies, diffs, outputs and logs are pieces. */
export const MAX_PIECE_CHARS = 256 * 1024;

export interface Piece {
  hash: string;
  text: string;
}

/** Makes a piece; a text above MAX_PIECE_CHARS keeps its first and last half and says how much was left out. */
export async function makePiece(text: string): Promise<Piece> {
  const kept = cutMiddle(text, MAX_PIECE_CHARS);
  return { hash: await hashText(kept), text: kept };
}

export async function hashText(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Keeps the first and the last half of a text that is longer than `max` UTF-16 units, with a line that counts what was left out. */
export function cutMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  const half = Math.floor(max / 2);
  return `${text.slice(0, half)}\n[${text.length - 2 * half} characters left out]\n${text.slice(-half)}`;
}
