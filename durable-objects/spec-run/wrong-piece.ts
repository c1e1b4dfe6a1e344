/// <reference path="../node-crypto.d.ts" />
import { createHash } from 'node:crypto';
import type { Piece } from '@specwright/protocol/piece.ts';

/** The first piece whose name is not the SHA-256 of its text; null: all are what they say. At once, so that frames keep their order. */
export function wrongPiece(pieces: Piece[]): string | null {
  const wrong = pieces.find(({ hash, text }) => createHash('sha256').update(text, 'utf8').digest('hex') !== hash);
  return wrong === undefined ? null : wrong.hash;
}
