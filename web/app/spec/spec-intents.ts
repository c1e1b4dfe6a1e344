import type { CreateChunk, StartRun, UpdateChunk, UpdateSpec } from '@specwright/protocol/api.ts';
import type { Call } from '../server/api.ts';

export type SpecIntent =
  | { intent: 'save'; version: number; changes: UpdateSpec }
  | { intent: 'duplicate' }
  | { intent: 'delete' }
  | { intent: 'add-chunk'; chunk: CreateChunk }
  | { intent: 'edit-chunk'; chunkId: string; changes: UpdateChunk }
  | { intent: 'delete-chunk'; chunkId: string }
  | { intent: 'order-chunks'; chunkIds: string[] }
  /** `key` makes a doubled click one run. */
  | { intent: 'run'; key: string; start: StartRun };

/** The API call behind each wish about a spec. */
export function specCall(specId: string, wish: SpecIntent): Call {
  const spec = `/api/specs/${encodeURIComponent(specId)}`;
  switch (wish.intent) {
    case 'save':
      return { method: 'PATCH', path: spec, body: wish.changes, headers: { 'if-match': `"${wish.version}"` } };
    case 'duplicate':
      return { method: 'POST', path: `${spec}/duplicate` };
    case 'delete':
      return { method: 'DELETE', path: `${spec}?stop=true` };
    case 'add-chunk':
      return { method: 'POST', path: `${spec}/chunks`, body: wish.chunk };
    case 'edit-chunk':
      return { method: 'PATCH', path: `/api/chunks/${encodeURIComponent(wish.chunkId)}`, body: wish.changes };
    case 'delete-chunk':
      return { method: 'DELETE', path: `/api/chunks/${encodeURIComponent(wish.chunkId)}?detach=true` };
    case 'order-chunks':
      return { method: 'PUT', path: `${spec}/chunks/order`, body: { chunkIds: wish.chunkIds } };
    case 'run':
      return { method: 'POST', path: `${spec}/runs`, body: wish.start, headers: { 'idempotency-key': wish.key } };
  }
}
