import { cutMiddle, MAX_PIECE_CHARS, makePiece, type Piece } from '@specwright/protocol/piece.ts';
import type { ChunkText, PlanItem, RunPlan } from '@specwright/protocol/run-plan.ts';
import { type ChunkRow, idsOf } from '../store/chunks.ts';

export interface BuiltPlan {
  plan: RunPlan;
  pieces: Piece[];
}

/** What D1 says of a spec and its chunks now, as a run plans it. `selects` says which chunks the run is asked to carry out. */
export async function buildPlan(text: string, rows: ChunkRow[], selects: (row: ChunkRow) => boolean): Promise<BuiltPlan> {
  const specPiece = await makePiece(text);
  const built = await Promise.all(rows.map((row) => planItem(row, selects(row))));
  const items = built.map(({ item }) => item);
  return { plan: { kind: 'chunks', specPiece: specPiece.hash, items }, pieces: [specPiece, ...built.map(({ piece }) => piece)] };
}

/** Completed and skipped chunks are done; everything else is yet to do. */
export function isDone(row: ChunkRow): boolean {
  return row.status === 'completed' || row.status === 'skipped';
}

async function planItem(row: ChunkRow, selected: boolean): Promise<{ item: PlanItem; piece: Piece }> {
  const { id, key, title, summary } = row;
  const piece = await makePiece(chunkText(row));
  const status = isDone(row) ? (row.status as 'completed' | 'skipped') : 'pending';
  return { item: { id, key, title, dependsOn: idsOf(row.dependsOn), textPiece: piece.hash, status, summary, selected }, piece };
}

/** JSON that fits a piece whole: a cut through its middle would not be JSON. */
function chunkText(row: ChunkRow): string {
  const text: ChunkText = { description: row.description, acceptanceCriteria: idsOf(row.acceptanceCriteria) };
  const json = JSON.stringify(text);
  if (json.length <= MAX_PIECE_CHARS) return json;
  const room = Math.max(1000, Math.floor((MAX_PIECE_CHARS - JSON.stringify(text.acceptanceCriteria).length - 1000) / 2));
  return JSON.stringify({ ...text, description: cutMiddle(text.description, room) });
}
